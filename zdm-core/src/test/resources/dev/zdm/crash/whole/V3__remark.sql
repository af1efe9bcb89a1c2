alter table item add column remark text;
