insert into customer (full_name, email)
select case
           when n % 50 = 0 then 'Person' || n
           when n % 20 = 0 then 'Person' || n || ' van der Berg'
           else 'Person' || n || ' Berg'
       end,
       'customer' || n || '@example.org'
from generate_series(1, :rows) as n;
