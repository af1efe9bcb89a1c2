alter table item
    drop column signs;
