--liquibase formatted sql

--changeset zdm:1
insert into log values ('first');

--changeset zdm:2
insert into log values ('second');
alter table visit add column note text;

--changeset zdm:3
insert into log values ('third');
