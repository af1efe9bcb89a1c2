-- Undoes V2, when no session of the new release is left. Nothing is lost: full_name was in step.
select lock_patiently('customer');

drop trigger customer_names_in_step on customer;
drop function customer_names_in_step();
alter table customer
    drop column first_name,
    drop column last_name;
