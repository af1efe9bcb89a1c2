-- Contract: only the new release is left, and it neither reads nor writes full_name.

-- Reads the whole table, so it comes before the strong lock: meanwhile everybody may read and write.
alter table customer validate constraint customer_first_name_filled;

select lock_patiently('customer');

-- The valid constraint proves it, so the table is not read again.
alter table customer alter column first_name set not null;
alter table customer drop constraint customer_first_name_filled;

-- All in one transaction: without the trigger, an insert of the new release would leave full_name null.
drop trigger customer_names_in_step on customer;
drop function customer_names_in_step();
alter table customer drop column full_name;
