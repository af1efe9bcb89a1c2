alter table item add column note text;
create index concurrently item_note on item (note);
