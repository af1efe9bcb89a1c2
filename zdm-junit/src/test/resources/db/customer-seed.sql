insert into customer (id, full_name)
select id, 'customer ' || id from generate_series(1, :rows) as id;
