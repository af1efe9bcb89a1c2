insert into product select id, 100 from generate_series(1, :rows) id;
