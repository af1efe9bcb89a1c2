package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sessions that are killed under load lose writes whose outcome nobody knows, and no others. */
class LedgerLoadTest {
    private static final int FAILURES = 20;
    private static final String KILL = "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
            + " current_database() and application_name like 'zdm % version' order by random() limit 1";

    @Test
    void killedSessionsAreNoFalseAlarm() throws Exception {
        Outcomes outcomes = new Outcomes();
        try (Database database = TestServer.get().fresh("kills", LedgerLoadTest::build);
                Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = connection.createStatement()) {
            VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), 2, 100);
            LedgerBook book = LedgerBook.of(target);
            ApplicationVersion application = ApplicationVersion.of(LedgerLab.Writer.class);
            try (VersionLoad older = new VersionLoad(VersionRole.OLD, application, target, book, outcomes);
                    VersionLoad newer = new VersionLoad(VersionRole.NEW, application, target, book, outcomes)) {
                older.rate(200);
                newer.rate(200);
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (outcomes.failed.get() < FAILURES && System.nanoTime() < deadline) {
                    statement.execute(KILL);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
                assertThat(older.drain(true, TimeUnit.SECONDS.toNanos(60))).isTrue();
                assertThat(newer.drain(true, TimeUnit.SECONDS.toNanos(60))).isTrue();
                book.readBack(Set.of(VersionRole.OLD, VersionRole.NEW), true);
            }
            LedgerHistory history = book.take();

            assertThat(outcomes.failed).hasValueGreaterThanOrEqualTo(FAILURES);
            assertThat(history.mismatches()).isEmpty();
            assertThat(history.acknowledged()).isPositive();
            assertThat(history.drainedReadBacks()).isPositive();
            assertThat(history.totals()).isEqualTo(16);
        }
    }

    private static void build(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id bigint primary key, name text, balance int not null)");
            statement.execute("insert into item select g, 'first', 0 from generate_series(1, 100) g");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts failures. */
    private static final class Outcomes implements LoadListener {
        private final AtomicInteger failed = new AtomicInteger();

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null) {
                failed.incrementAndGet();
            }
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
