package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.change.SessionSource;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.inspection.LockClock.Transaction;
import dev.zdm.inspection.TablesAtSize.Table;
import dev.zdm.observation.Footprint;
import dev.zdm.plan.Change;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/** The database as it is before a change, with tables of one size, and what the change did on copies of it. */
final class SizedCopy implements AutoCloseable {
    /** A change of another table brings the catalogue into memory, which a server at work has there anyway. */
    private static final String WARM_UP = """
            begin;
            create table zdm_other (id int, note text);
            alter table zdm_other add column state int default 1, add constraint zdm_other_check check (id > 0) not valid;
            alter table zdm_other alter column note set not null, add primary key (id);
            alter table zdm_other add foreign key (state) references zdm_other (id) not valid;
            rollback
            """;

    /** Of the shortest time: so much longer a second one may be. */
    private static final double CONFIRMED = 0.1;

    /** Differences as short as this are nobody's. */
    private static final double NOTHING_NANOS = 200_000;

    private final Database database;
    private final TablesAtSize tables;
    private final Change change;
    private final LimitedChange limited;
    private final Map<SqlStatement, Footprint> observed = new HashMap<>();
    private final Map<SqlStatement, Footprint> counted = new HashMap<>();
    private final List<List<Transaction>> runs = new ArrayList<>();

    private SizedCopy(Database database, TablesAtSize tables, Change change, LimitedChange limited) {
        this.database = database;
        this.tables = tables;
        this.change = change;
        this.limited = limited;
    }

    /** Takes over a database as it is, after closing the gaps in its tables. */
    static SizedCopy of(Database database, ProductionTables production, Change change, LimitedChange limited)
            throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            Shrinking.compact(TablesAtSize.read(production, connection).byOid().values(), connection);
            return new SizedCopy(database, TablesAtSize.read(production, connection), change, limited);
        }
    }

    /** Returns whether the role that works here may do what a smaller copy takes. */
    boolean canBeMadeSmaller() throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            return Shrinking.isAllowed(connection);
        }
    }

    /** Returns a copy with a part of the rows. */
    SizedCopy smaller(double keep, ProductionTables production) throws SQLException {
        Database copy = database.copy();
        try (Connection connection = QuietSessions.of(copy).getConnection()) {
            Shrinking.shrink(tables.byOid().values(), keep, connection);
            return new SizedCopy(copy, TablesAtSize.read(production, connection), change, limited);
        } catch (SQLException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    TablesAtSize tables() {
        return tables;
    }

    /** Takes what the change did on tables of this size from a run that was observed already. */
    void observed(List<Footprint> seen) {
        seen.forEach(footprint -> observed.put(footprint.statement(), footprint));
    }

    /** Carries out the change on this very database and counts its work; nothing can be measured any more. */
    void count() throws SQLException, ChangeException, InterruptedException {
        try (Connection observer = QuietSessions.of(database).getConnection()) {
            PGSimpleDataSource source = QuietSessions.of(database);
            // Which locks it takes is known from the first run.
            QuietTransaction quiet = new QuietTransaction(
                    ExistingRelations.read(observer),
                    new RowLocks(source::getConnection),
                    () -> new ConflictProbe(source::getConnection, List.of()));
            carryOut(database, source::getConnection, quiet);
            quiet.footprints().forEach(footprint -> counted.put(footprint.statement(), footprint));
        }
    }

    /** Carries out the change on a copy and measures how long its locks are held. */
    void time() throws SQLException, ChangeException, InterruptedException {
        try (Database copy = database.coldCopy()) {
            PGSimpleDataSource source = QuietSessions.of(copy);
            LockClock clock = new LockClock(() -> warm(source));
            carryOut(copy, clock, clock);
            runs.add(clock.transactions());
        }
    }

    private void carryOut(Database where, SessionSource sessions, StatementListener listener)
            throws ChangeException, InterruptedException {
        ChangeException failure = limited.carryOut(change, where, sessions, listener);
        if (failure != null) {
            throw failure;
        }
    }

    private static Connection warm(PGSimpleDataSource source) throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(WARM_UP);
        }
        return connection;
    }

    /** Returns what a statement was observed to do. */
    Optional<Footprint> footprint(SqlStatement statement) {
        return Optional.ofNullable(observed.get(statement));
    }

    /** Returns how many rows of a table a statement read or wrote. */
    long work(SqlStatement statement, Table table) {
        return Optional.ofNullable(counted.get(statement))
                .or(() -> footprint(statement))
                .map(table::work)
                .orElse(0L);
    }

    /** Returns the transactions of the last timed run. */
    List<Transaction> transactions() {
        return runs.get(runs.size() - 1);
    }

    int repeats() {
        return runs.size();
    }

    /** Returns whether each transaction with one of these statements took nearly its shortest time once more. */
    boolean isConfirmed(Set<SqlStatement> working) {
        return transactions().stream()
                .map(Transaction::statements)
                .filter(statements -> statements.stream().anyMatch(working::contains))
                .map(statements -> nanosFrom(statements.get(0)))
                .allMatch(nanos ->
                        nanos.length > 1 && nanos[1] - nanos[0] <= Math.max(nanos[0] * CONFIRMED, NOTHING_NANOS));
    }

    /** Returns the times from the begin of a statement to the end of its commit, shortest first; empty: it never ran. */
    long[] nanosFrom(SqlStatement statement) {
        return runs.stream()
                .flatMap(List::stream)
                .filter(transaction -> transaction.statements().contains(statement))
                .mapToLong(transaction ->
                        transaction.nanosFrom(transaction.statements().indexOf(statement)))
                .sorted()
                .toArray();
    }

    @Override
    public void close() {
        database.close();
    }
}
