package dev.zdm.postgres;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The eight table-level lock modes of PostgreSQL, weakest first.
 *
 * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES">Table-Level Locks</a>
 */
public enum LockMode {
    /** Taken by {@code SELECT}. */
    ACCESS_SHARE("AccessShareLock"),
    /** Taken by {@code SELECT … FOR UPDATE} and its kin. */
    ROW_SHARE("RowShareLock"),
    /** Taken by {@code INSERT}, {@code UPDATE}, {@code DELETE} and {@code MERGE}. */
    ROW_EXCLUSIVE("RowExclusiveLock"),
    /** Taken by {@code VACUUM}, {@code ANALYZE}, {@code CREATE INDEX CONCURRENTLY}, {@code VALIDATE CONSTRAINT}. */
    SHARE_UPDATE_EXCLUSIVE("ShareUpdateExclusiveLock"),
    /** Taken by {@code CREATE INDEX}. */
    SHARE("ShareLock"),
    /** Taken by {@code CREATE TRIGGER} and {@code ADD FOREIGN KEY}. */
    SHARE_ROW_EXCLUSIVE("ShareRowExclusiveLock"),
    /** Taken by {@code REFRESH MATERIALIZED VIEW CONCURRENTLY}. */
    EXCLUSIVE("ExclusiveLock"),
    /** Taken by most forms of {@code ALTER TABLE}, {@code DROP TABLE}, {@code TRUNCATE} and {@code VACUUM FULL}. */
    ACCESS_EXCLUSIVE("AccessExclusiveLock");

    private final String catalogName;

    LockMode(String catalogName) {
        this.catalogName = catalogName;
    }

    /** Returns the spelling of {@code pg_locks.mode} and of the server log, such as {@code AccessShareLock}. */
    public String catalogName() {
        return catalogName;
    }

    /** Returns the spelling of the manual and of {@code LOCK TABLE}, such as {@code ACCESS SHARE}. */
    public String sqlName() {
        return name().replace('_', ' ');
    }

    /** Returns the mode that {@code pg_locks} spells this way; empty for modes that are no table-level lock. */
    public static Optional<LockMode> ofCatalogName(String name) {
        return Stream.of(values()).filter(mode -> mode.catalogName.equals(name)).findFirst();
    }

    /** Tells whether two sessions cannot hold these modes on one table at once. */
    public boolean conflictsWith(LockMode other) {
        return conflicts().contains(other);
    }

    /** Tells whether a session that only reads the table waits for a holder of this mode. */
    public boolean blocksReaders() {
        return conflictsWith(ACCESS_SHARE);
    }

    /** Tells whether a session that writes rows of the table waits for a holder of this mode. */
    public boolean blocksWriters() {
        return conflictsWith(ROW_EXCLUSIVE);
    }

    private Set<LockMode> conflicts() {
        return switch (this) {
            case ACCESS_SHARE -> EnumSet.of(ACCESS_EXCLUSIVE);
            case ROW_SHARE -> EnumSet.of(EXCLUSIVE, ACCESS_EXCLUSIVE);
            case ROW_EXCLUSIVE -> EnumSet.range(SHARE, ACCESS_EXCLUSIVE);
            case SHARE_UPDATE_EXCLUSIVE -> EnumSet.range(SHARE_UPDATE_EXCLUSIVE, ACCESS_EXCLUSIVE);
            case SHARE ->
                EnumSet.of(ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE, SHARE_ROW_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE);
            case SHARE_ROW_EXCLUSIVE -> EnumSet.range(ROW_EXCLUSIVE, ACCESS_EXCLUSIVE);
            case EXCLUSIVE -> EnumSet.range(ROW_SHARE, ACCESS_EXCLUSIVE);
            case ACCESS_EXCLUSIVE -> EnumSet.allOf(LockMode.class);
        };
    }
}
