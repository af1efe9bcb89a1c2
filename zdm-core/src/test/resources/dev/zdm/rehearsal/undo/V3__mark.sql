alter table item add column mark text;
