package dev.zdm.jmh;

/** The statements that are measured: one that is free at any size, and four whose time grows with the table. */
public enum Ddl {
    /** The baseline: metadata only. */
    ADD_COLUMN("alter table item add column note text"),
    /** Scans the table under ACCESS EXCLUSIVE. */
    SET_NOT_NULL("alter table item alter column label set not null"),
    /** Writes the table and its index anew under ACCESS EXCLUSIVE. */
    REWRITE("alter table item add column token uuid default gen_random_uuid()"),
    /** Reads the table under SHARE: writers wait. */
    CREATE_INDEX("create index item_label on item (label)"),
    /** Reads the table under SHARE ROW EXCLUSIVE: writers wait. */
    ADD_FOREIGN_KEY("alter table item add foreign key (kind) references kind (id)");

    private final String sql;

    Ddl(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
