create table item (id int primary key, label text);
insert into item select n, 'label ' || n from generate_series(1, 2000) n;
