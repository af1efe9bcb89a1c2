-- Expand: the new release's columns, and a trigger that keeps both sides in step while both releases write.
--
-- The first name is what stands before the first space, the last name what follows it, null if there is no space.
-- Every text has exactly one such pair, and concat_ws(' ', first_name, last_name) makes the text from the pair.
-- A row whose first name is null has not been filled yet.

create function customer_names_in_step() returns trigger language plpgsql as $$
begin
    -- Which side was written is told from the row alone (old is null for an insert), never from the session.
    if (new.first_name, new.last_name) is distinct from (old.first_name, old.last_name) then
        new.full_name := concat_ws(' ', new.first_name, new.last_name);
    elsif new.first_name is null
        or new.full_name is distinct from old.full_name
            and new.full_name is distinct from concat_ws(' ', new.first_name, new.last_name) then
        new.first_name := split_part(new.full_name, ' ', 1);
        new.last_name := substring(new.full_name from ' (.*)$');
    end if;
    return new;
end
$$;

select lock_patiently('customer');

alter table customer
    add column first_name text,
    add column last_name text,
    -- Not valid: enforced for every row written from now on, proven for the others when they have been filled.
    add constraint customer_first_name_filled check (first_name is not null) not valid;

create trigger customer_names_in_step before insert or update on customer
    for each row execute function customer_names_in_step();
