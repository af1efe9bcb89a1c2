-- What the notes say is not needed any more.
alter table item drop column ${column};
