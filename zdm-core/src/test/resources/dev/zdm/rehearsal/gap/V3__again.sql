create view item_list as select id, id * 2 as twice from item;
