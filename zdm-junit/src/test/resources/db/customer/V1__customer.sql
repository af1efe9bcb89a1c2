create table customer (
    id bigint primary key,
    full_name text not null
);
