set lock_timeout = '50ms';
alter table product add column discount int not null default 0;
