create table product (id bigint primary key, price int not null);
