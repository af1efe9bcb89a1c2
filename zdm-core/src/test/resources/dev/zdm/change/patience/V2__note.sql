create table hint (id bigint);
alter table visit add column note text;
