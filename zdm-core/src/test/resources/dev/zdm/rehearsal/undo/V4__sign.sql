alter table item add column sign text;
