alter table visit add column discount int;
