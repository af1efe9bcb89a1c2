create table item (id bigint primary key);
insert into item select g from generate_series(1, 100) g;
create view item_list as select id from item;
