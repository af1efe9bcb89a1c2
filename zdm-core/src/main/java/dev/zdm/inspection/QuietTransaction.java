package dev.zdm.inspection;

import dev.zdm.change.SessionSource;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.Footprint.Rewrite;
import dev.zdm.observation.Footprint.SeenFrom;
import dev.zdm.observation.RelationUse;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes the footprint of every statement from inside of its transaction, before the commit that would release its locks.
 *
 * <p>A statement in autocommit mode gets a transaction of its own; one that refuses that runs as it stands while a
 * {@link ConflictProbe} stands in its way.
 */
final class QuietTransaction implements StatementListener {
    private static final int PROBES_PER_SHAPE = 3;
    private static final int FEW_ROWS = 100;
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w\"$])[0-9]+");

    private final ExistingRelations existing;
    private final RowLocks rowLocks;
    private final Supplier<ConflictProbe> conflicts;
    private final Map<String, Integer> shapes = new HashMap<>();
    private final Map<Integer, Transaction> open = new HashMap<>();
    private final List<Footprint> footprints = new ArrayList<>();
    private int transactions;

    QuietTransaction(ExistingRelations existing, RowLocks rowLocks, Supplier<ConflictProbe> conflicts) {
        this.rowLocks = rowLocks;
        this.existing = existing;
        this.conflicts = conflicts;
    }

    /** Prepares to watch a change on a database whose tables the application uses in this way. */
    static QuietTransaction on(Database database, RelationUse use) throws SQLException {
        SessionSource sessions = () -> QuietSessions.of(database).getConnection();
        try (Connection observer = sessions.open()) {
            ExistingRelations existing = ExistingRelations.read(observer);
            return new QuietTransaction(
                    existing, new RowLocks(sessions), () -> new ConflictProbe(sessions, existing.tables(use)));
        }
    }

    /**
     * What is known of a transaction.
     *
     * @param number its number, from 1
     * @param locks what it holds
     */
    private record Transaction(int number, List<LockTaken> locks) {}

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
        String text = execution.statement().text();
        if (TransactionBlocks.isControl(text)) {
            boolean several = text.strip().indexOf(';') >= 0 && connection.getAutoCommit();
            return several ? outside(execution) : execution.proceed();
        }
        if (!TransactionBlocks.isOpen(connection)) {
            open.put(execution.pid(), new Transaction(++transactions, new ArrayList<>()));
            if (connection.getAutoCommit()) {
                return inItsOwn(execution);
            }
        }
        return inside(execution);
    }

    private @Nullable Object inItsOwn(Execution execution) throws SQLException {
        if (isOneOfMany(execution.statement())) {
            return execution.proceed();
        }
        try {
            return TransactionBlocks.within(execution.connection(), () -> observed(execution));
        } catch (TransactionBlocks.Refused e) {
            return outside(execution);
        }
    }

    private @Nullable Object inside(Execution execution) throws SQLException {
        return isOneOfMany(execution.statement()) ? counted(execution) : observed(execution);
    }

    /** The batches of a backfill differ in their numbers only: the first few tell what all of them lock. */
    private boolean isOneOfMany(SqlStatement statement) {
        return shapes.merge(shape(statement), 1, Integer::sum) > PROBES_PER_SHAPE;
    }

    /** Returns a statement's text without its numbers. */
    static String shape(SqlStatement statement) {
        return NUMBER.matcher(statement.text()).replaceAll("#");
    }

    private Transaction transactionOf(Execution execution) {
        return open.computeIfAbsent(execution.pid(), pid -> new Transaction(++transactions, new ArrayList<>()));
    }

    private @Nullable Object observed(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        Transaction transaction = transactionOf(execution);
        FootprintProbe probe = new FootprintProbe(connection, existing);
        RelationFiles before = RelationFiles.read(connection);
        WorkCounters counters = WorkCounters.ofTransaction(connection);
        long wal = probe.walPosition();
        long began = System.nanoTime();
        Object result = execution.proceed();
        Duration duration = Duration.ofNanos(System.nanoTime() - began);
        long walEnd = probe.walPosition();
        List<LockTaken> locks = probe.locks(execution.statement(), transaction.locks());
        open.put(execution.pid(), new Transaction(transaction.number(), locks));
        RelationFiles after = RelationFiles.read(connection);
        Map<Long, Rewrite> renewed = before.renewed(after, existing);
        footprints.add(new Footprint(
                execution.statement(),
                transaction.number(),
                SeenFrom.INSIDE,
                locks,
                probe.empty(renewed, false),
                probe.empty(renewed, true),
                counters.until(WorkCounters.ofTransaction(connection), existing, lockedBy(execution, locks)),
                before.indexChanges(after),
                before.validated(after),
                walEnd - wal,
                probe.lockTimeout(),
                duration));
        return result;
    }

    /** A statement that read many rows and locked the table as {@code SELECT … FOR UPDATE} does may have locked them. */
    private WorkCounters.Locked lockedBy(Execution execution, List<LockTaken> locks) {
        return (table, scanned, changed) -> {
            boolean forUpdate = locks.stream()
                    .anyMatch(lock -> lock.mode() == LockMode.ROW_SHARE
                            && lock.relation().equals(table)
                            && !lock.created()
                            && lock.takenBy().equals(execution.statement()));
            return forUpdate && scanned - changed > FEW_ROWS
                    ? Math.max(changed, rowLocks.heldByOthers(table))
                    : changed;
        };
    }

    private @Nullable Object counted(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        Transaction transaction = transactionOf(execution);
        WorkCounters counters = WorkCounters.ofTransaction(connection);
        long began = System.nanoTime();
        Object result = execution.proceed();
        Duration duration = Duration.ofNanos(System.nanoTime() - began);
        footprints.add(new Footprint(
                execution.statement(),
                transaction.number(),
                SeenFrom.ONE_OF_MANY,
                transaction.locks(),
                List.of(),
                List.of(),
                counters.until(WorkCounters.ofTransaction(connection), existing, (table, scanned, changed) -> changed),
                List.of(),
                List.of(),
                0,
                Duration.ZERO,
                duration));
        return result;
    }

    private @Nullable Object outside(Execution execution) throws SQLException {
        Connection connection = execution.connection();
        FootprintProbe probe = new FootprintProbe(connection, existing);
        RelationFiles before = RelationFiles.read(connection);
        WorkCounters counters = WorkCounters.ofServer(connection);
        long firstTransaction = probe.nextTransaction();
        long wal = probe.walPosition();
        ConflictProbe probed = conflicts.get();
        long began = System.nanoTime();
        try {
            return probed.run(execution.pid(), execution::proceed);
        } finally {
            Duration duration = Duration.ofNanos(System.nanoTime() - began);
            long walEnd = probe.walPosition();
            long count = Math.max(1, probe.nextTransaction() - firstTransaction);
            List<LockTaken> locks = new ArrayList<>();
            probed.strongest()
                    .forEach((oid, mode) ->
                            probe.lock(oid, null, mode, execution.statement()).ifPresent(locks::add));
            RelationFiles after = RelationFiles.read(connection);
            Map<Long, Rewrite> renewed = before.renewed(after, existing);
            footprints.add(new Footprint(
                    execution.statement(),
                    ++transactions,
                    SeenFrom.OUTSIDE,
                    locks,
                    probe.empty(renewed, false),
                    probe.empty(renewed, true),
                    counters.until(
                            WorkCounters.ofServer(connection),
                            existing,
                            (table, scanned, changed) -> changed == 0
                                    ? 0
                                    : Math.min(
                                            changed,
                                            Math.max(changed / count, probe.largestWrite(table, firstTransaction)))),
                    before.indexChanges(after),
                    before.validated(after),
                    walEnd - wal,
                    probe.lockTimeout(),
                    duration));
        }
    }
}
