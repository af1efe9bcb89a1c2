alter table item
    add column note text;

alter table item add column kind int;
