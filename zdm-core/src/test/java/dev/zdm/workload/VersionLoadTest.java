package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A load whose sessions cannot be renewed says so. */
class VersionLoadTest {
    @Test
    void sessionsThatAreNotRenewedInTimeAreTold() throws InterruptedException, SQLException {
        Begun begun = new Begun();
        try (Database database = TestServer.get().fresh("waiters", empty -> {});
                VersionLoad load = load(database, begun, Duration.ofMillis(300));
                Connection inTheWay = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = inTheWay.createStatement()) {
            statement.execute("select pg_advisory_lock(1)");
            assertThat(load.spreadSessions()).isEmpty();
            load.rate(100);
            assertThat(begun.latch.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(load.renewHalf())
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith("the sessions of the old version were not renewed after the change: "));
        }
    }

    @Test
    void renewedSessionsAreNothingToTell() {
        try (Database database = TestServer.get().fresh("waiters", empty -> {});
                VersionLoad load = load(database, new Begun(), Duration.ofSeconds(30))) {
            assertThat(load.spreadSessions()).isEmpty();
            assertThat(load.renewHalf()).isEmpty();
        }
    }

    private static VersionLoad load(Database database, LoadListener listener, Duration limit) {
        ApplicationVersion waiter =
                ApplicationVersion.ofSql(SqlOperation.of("wait", "select pg_advisory_xact_lock(1)"));
        VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), 2, 1);
        return new VersionLoad(VersionRole.OLD, waiter, target, LedgerBook.of(target), listener, limit);
    }

    /** Tells when an operation has begun. */
    private static final class Begun implements LoadListener {
        private final CountDownLatch latch = new CountDownLatch(1);

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {
            if (operation != null) {
                latch.countDown();
            }
        }

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
