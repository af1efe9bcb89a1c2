-- The fourth line fails.
insert into person values (0, 'nobody');

insert into person values (1, 'twice');
