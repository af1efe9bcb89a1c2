-- Undoes V3: gives the old release its full_name back while the new release works.
--
-- Each statement commits on its own, and the one that fills the column commits after every batch: run the script
-- outside of a transaction. A run that was cut off can be repeated.

create or replace function customer_names_in_step() returns trigger language plpgsql as $$
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

do $$
begin
    perform lock_patiently('customer');
    alter table customer
        add column if not exists full_name text,
        alter column first_name drop not null,
        drop constraint if exists customer_first_name_filled,
        add constraint customer_first_name_filled check (first_name is not null) not valid;
    create or replace trigger customer_names_in_step before insert or update on customer
        for each row execute function customer_names_in_step();
end
$$;

do $$
declare
    batch   constant bigint := 500;
    highest constant bigint := (select max(id) from customer);
begin
    for start in 0..coalesce(highest, 0) by batch loop
        update customer
        set full_name = concat_ws(' ', first_name, last_name)
        where id >= start and id < start + batch and full_name is null;
        commit;
    end loop;
end
$$;

do $$
begin
    perform lock_patiently('customer');
    alter table customer
        drop constraint if exists customer_full_name_filled,
        add constraint customer_full_name_filled check (full_name is not null) not valid;
end
$$;

alter table customer validate constraint customer_full_name_filled;

do $$
begin
    perform lock_patiently('customer');
    alter table customer alter column full_name set not null;
    alter table customer drop constraint customer_full_name_filled;
end
$$;
