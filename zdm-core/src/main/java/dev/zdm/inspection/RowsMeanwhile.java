package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.SessionSource;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.inspection.KeyedTable.Column;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Inserts a row that is not filled yet with each statement of a backfill that writes, so that it cannot outrun the inserts
 * whatever the machine does, and counts these statements.
 *
 * <p>A trigger of the clone does both, so that the statements inside of a procedure count as well. What needs three times as
 * many of them as without inserts, and some more, is taken not to end.
 */
final class RowsMeanwhile {
    private static final long TIMES_AS_MANY = 3;
    private static final long MORE = 30;
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Change change;
    private final LimitedChange limited;
    private final Relation written;

    /**
     * Prepares a look at a change.
     *
     * @param written a table that it writes to
     */
    RowsMeanwhile(Change change, LimitedChange limited, Relation written) {
        this.change = change;
        this.limited = limited;
        this.written = written;
    }

    /**
     * What was seen.
     *
     * @param statements how many statements wrote
     * @param isEnded whether the change came to its end
     * @param failure why the change failed otherwise; null: it did not
     */
    record Seen(long statements, boolean isEnded, @Nullable ChangeException failure) {}

    /** Counts the statements that write while nobody else does. */
    Seen count(Database copy, LockClock clock) throws SQLException, InterruptedException {
        return run(copy, NO_LIMIT, "", clock, clock);
    }

    /**
     * Carries the change out while rows come.
     *
     * @param insert what inserts one
     * @param usual how many statements write while none come
     */
    Seen run(Database copy, String insert, long usual) throws SQLException, InterruptedException {
        return run(
                copy,
                TIMES_AS_MANY * usual + MORE,
                insert + ";",
                () -> QuietSessions.of(copy).getConnection(),
                new UnwatchedStatements());
    }

    private Seen run(Database copy, long limit, String insert, SessionSource sessions, StatementListener listener)
            throws SQLException, InterruptedException {
        try (Connection connection = QuietSessions.of(copy).getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : trigger(limit, insert)) {
                statement.execute(sql);
            }
        }
        ChangeException failure = limited.carryOut(change, copy, sessions, listener);
        try (Connection connection = QuietSessions.of(copy).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select case when is_called then last_value else 0 end from zdm_meanwhile.statements")) {
            row.next();
            long statements = row.getLong(1);
            return new Seen(Math.min(statements, limit), statements <= limit, statements > limit ? null : failure);
        }
    }

    /** A trigger of the application that fires on the inserted row may write again, which is no statement of the change. */
    private List<String> trigger(long limit, String insert) {
        return List.of(
                "create schema zdm_meanwhile",
                "create sequence zdm_meanwhile.statements",
                "create sequence zdm_meanwhile.texts",
                "create function zdm_meanwhile.come() returns trigger language plpgsql security definer as $zdm$ begin"
                        + " if pg_trigger_depth() > 1 then return null; end if;"
                        + " if nextval('zdm_meanwhile.statements') > " + limit
                        + " then raise exception 'the backfill does not end while rows come'; end if; " + insert
                        + " return null; end $zdm$",
                "create trigger zdm_meanwhile after insert or update or delete on " + written.qualified()
                        + " for each statement execute function zdm_meanwhile.come()",
                "alter table " + written.qualified() + " enable always trigger zdm_meanwhile");
    }

    /**
     * Returns a statement that inserts a row like one that is there; null: a unique index over a column of its own kind
     * forbids it.
     */
    static @Nullable String insert(KeyedTable table, Map<String, @Nullable String> like) {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Column column : table.columns()) {
            String value = like.get(column.name());
            boolean isOwn = column.isUnique() && column.hasDefault();
            // What is NULL is left to the default, and to the triggers, as the application would.
            if (column.isGenerated() || isOwn || value == null) {
                continue;
            }
            String given = column.isUnique() ? own(column, table.relation(), value) : KeyedTable.literal(value);
            if (given == null) {
                return null;
            }
            names.add(column.name());
            values.add(given);
        }
        String target = "insert into " + table.relation().qualified();
        return names.isEmpty()
                ? target + " default values"
                : target + " (" + String.join(", ", names) + ") values (" + String.join(", ", values) + ")";
    }

    private static @Nullable String own(Column column, Relation table, String value) {
        return switch (column.category()) {
            case "N" -> "(select max(" + column.name() + ") + 1 from " + table.qualified() + ")";
            case "S" -> KeyedTable.literal(value + "-") + " || nextval('zdm_meanwhile.texts')";
            default -> column.isUuid() ? "gen_random_uuid()" : null;
        };
    }
}
