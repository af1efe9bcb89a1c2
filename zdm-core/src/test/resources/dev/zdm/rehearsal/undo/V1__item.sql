create table item (id bigint primary key, kind int not null);
insert into item select g, g % 10 from generate_series(1, 5000) g;
