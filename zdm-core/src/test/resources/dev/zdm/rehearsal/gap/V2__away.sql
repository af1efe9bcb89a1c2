drop view item_list;
