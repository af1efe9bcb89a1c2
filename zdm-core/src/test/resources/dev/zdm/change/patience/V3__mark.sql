create table mark (id bigint);
alter table visit add column mark text;
