package dev.zdm.inspection;

import dev.zdm.change.StatementListener;
import dev.zdm.observation.Footprint;
import dev.zdm.postgres.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the footprint of every statement from inside of its transaction, before the commit that would release its locks.
 *
 * <p>A statement in autocommit mode gets a transaction of its own; one that refuses that runs as it stands, and only
 * what is seen from outside goes into its footprint.
 */
final class QuietTransaction implements StatementListener {
    /** A statement that cannot run in a transaction block, or commits itself. */
    private static final Set<SqlState> REFUSALS =
            Set.of(SqlState.ACTIVE_SQL_TRANSACTION, SqlState.INVALID_TRANSACTION_TERMINATION);

    private static final int PROBES_PER_SHAPE = 3;
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w\"$])[0-9]+");

    private final ExistingRelations existing;
    private final Map<String, Integer> shapes = new HashMap<>();
    private final List<Footprint> footprints = new ArrayList<>();

    QuietTransaction(ExistingRelations existing) {
        this.existing = existing;
    }

    List<Footprint> footprints() {
        return footprints;
    }

    @Override
    public void sessionOpened(int pid) {
        // Nobody else is there: a session needs no name.
    }

    @Override
    public @Nullable Object around(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        if (!connection.getAutoCommit()) {
            return observed(execution, false);
        }
        connection.setAutoCommit(false);
        try {
            Object result = observed(execution, false);
            connection.commit();
            return result;
        } catch (SQLException e) {
            connection.rollback();
            if (!REFUSALS.contains(SqlState.of(e))) {
                throw e;
            }
        } finally {
            connection.setAutoCommit(true);
        }
        return observed(execution, true);
    }

    private @Nullable Object observed(Execution execution, boolean refused) throws SQLException {
        if (isOneOfMany(execution)) {
            return execution.proceed();
        }
        FootprintProbe probe = new FootprintProbe(execution.connection(), existing);
        FootprintProbe.Counters counters = probe.counters();
        FootprintProbe.Files files = probe.files();
        long began = System.nanoTime();
        Object result = execution.proceed();
        Duration duration = Duration.ofNanos(System.nanoTime() - began);
        footprints.add(new Footprint(
                execution.statement(),
                refused ? List.of() : probe.locks(),
                probe.renewed(files, false),
                probe.renewed(files, true),
                refused ? List.of() : probe.work(counters),
                refused,
                probe.lockTimeout(),
                duration));
        return result;
    }

    /** The batches of a backfill differ in their numbers only: the first few tell what all of them do. */
    private boolean isOneOfMany(Execution execution) {
        String shape = NUMBER.matcher(execution.statement().text()).replaceAll("#");
        return shapes.merge(shape, 1, Integer::sum) > PROBES_PER_SHAPE;
    }
}
