-- Runs outside of a transaction, because of its first statement.

create index concurrently item_kind on item (kind);
