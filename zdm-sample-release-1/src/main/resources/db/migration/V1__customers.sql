create table customer (
    id         bigint generated always as identity primary key,
    full_name  text        not null,
    email      text        not null,
    created_at timestamptz not null default now()
);

create unique index customer_email_key on customer (email);

-- For migrations: takes the strongest lock on a table without making the application wait for it.
-- Whoever comes while a lock request waits has to queue behind it. So each attempt gives up after 20 ms,
-- and the queue drains before the next one. The limit stays in force until the end of the transaction.
create function lock_patiently(target regclass) returns void language plpgsql as $$
begin
    perform set_config('lock_timeout', '20ms', true);
    for attempt in 1..300 loop
        begin
            execute format('lock table %s in access exclusive mode', target);
            return;
        exception when lock_not_available then
            perform pg_sleep(0.05 + 0.1 * random());
        end;
    end loop;
    raise lock_not_available using
        message = format('could not lock %s in 300 attempts', target),
        hint = 'A long transaction uses it; look in pg_stat_activity and migrate again when it is done.';
end
$$;
