package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.Standby;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a watch says of a replica is what PostgreSQL says of it. */
class ReplicaWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static Database customers;
    private static Database heartbeat;
    private static Standby standby;

    @BeforeAll
    static void start() {
        customers = TestServer.get().fresh("replica watch", empty -> execute(empty, "create table customer (id int)"));
        heartbeat = TestServer.get().fresh("replica watch beats", empty -> execute(empty, ReplicaWatch.HEARTBEAT));
        standby = TestServer.get().standby(Map.of("max_standby_streaming_delay", "-1"));
        assertThat(standby.awaitReplay(LIMIT)).isTrue();
    }

    @AfterAll
    static void stop() {
        standby.close();
        heartbeat.close();
        customers.close();
    }

    private static void execute(Database database, String sql) {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials())) {
            execute(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Connection primary() throws SQLException {
        return DriverManager.getConnection(heartbeat.jdbcUrl(), heartbeat.credentials());
    }

    private static Connection replica(Database database) throws SQLException {
        return DriverManager.getConnection(standby.jdbcUrl(database), standby.credentials());
    }

    /** Returns a watch that finds no beats of an earlier one. */
    private static ReplicaWatch watch() throws SQLException {
        execute(heartbeat, "update heartbeat set beat = 0");
        assertThat(standby.awaitReplay(LIMIT)).isTrue();
        return new ReplicaWatch(new ReplicaWatch.Sessions(primary(), replica(heartbeat), replica(customers)));
    }

    /** While the replay stands still both only grow, so that what the watch says must lie between two answers of the server. */
    @Test
    void bytesAgreeWithPgStatReplication() throws SQLException, InterruptedException {
        String said = "select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)::bigint from pg_stat_replication";
        try (ReplicaWatch watch = watch();
                Connection control = replica(heartbeat);
                Connection primary = primary()) {
            pause(control);
            try {
                execute(customers, "insert into customer select generate_series(1, 20000)");
                awaitReported(primary, control);

                long before = number(primary, said);
                ReplicaWatch.Look look = watch.look();
                long after = number(primary, said);

                assertThat(look.behindBytes()).isBetween(before, after);
                assertThat(look.behindBytes()).isGreaterThan(1_000_000);
            } finally {
                execute(control, "select pg_wal_replay_resume()");
            }
        }
    }

    /** Both are at least as long as the pause that the test made, and no longer than from its begin until they were asked. */
    @Test
    void timeAgreesWithPgStatReplication() throws SQLException, InterruptedException {
        try (ReplicaWatch watch = watch();
                Connection control = replica(heartbeat);
                Connection primary = primary()) {
            Pause own = Pause.make(watch, control, primary);
            long asked = System.nanoTime();
            ReplicaWatch.Look look = watch.look();
            assertThat(look.behindNanos()).isBetween(asked - own.committed, System.nanoTime() - own.began);
            execute(control, "select pg_wal_replay_resume()");
            assertThat(standby.awaitReplay(LIMIT)).isTrue();

            Pause servers = Pause.make(watch, control, primary);
            execute(control, "select pg_wal_replay_resume()");
            long said = 0;
            while (said < Pause.LENGTH) {
                said = 1000
                        * number(
                                primary,
                                "select (extract(epoch from replay_lag) * 1e6)::bigint from pg_stat_replication");
                assertThat(System.nanoTime() - servers.began).isLessThan(LIMIT.toNanos());
            }
            assertThat(said).isLessThan(System.nanoTime() - servers.began);
        }
    }

    /**
     * The replay has stood still since a commit, and nothing was written since.
     *
     * @param began when it was stopped
     * @param committed when the commit was done
     */
    private record Pause(long began, long committed) {
        static final long LENGTH = TimeUnit.MILLISECONDS.toNanos(300);

        static Pause make(ReplicaWatch watch, Connection control, Connection primary)
                throws SQLException, InterruptedException {
            String position = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint";
            while (true) {
                assertThat(standby.awaitReplay(LIMIT)).isTrue();
                long began = System.nanoTime();
                pause(control);
                watch.look();
                long committed = System.nanoTime();
                long before = number(primary, position);
                TimeUnit.NANOSECONDS.sleep(LENGTH);
                if (number(primary, position) == before) {
                    return new Pause(began, committed);
                }
                // The server wrote something of its own, whose lag it would tell of instead.
                execute(control, "select pg_wal_replay_resume()");
            }
        }
    }

    @Test
    void seesWhoWaitsForTheReplay() throws Exception {
        try (ReplicaWatch watch = watch();
                Connection reader = replica(customers);
                Connection waiting = replica(customers);
                Connection observer = replica(heartbeat)) {
            reader.setAutoCommit(false);
            execute(reader, "select from customer limit 0");
            execute(customers, "alter table customer add column name text");
            await(observer, "exists(select from pg_locks where not granted)");
            CountDownLatch done = new CountDownLatch(1);
            Thread second = new Thread(() -> {
                try {
                    execute(waiting, "select from customer limit 0");
                    done.countDown();
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            second.start();
            await(observer, "(select count(*) from pg_locks where not granted) = 2");

            watch.look();

            assertThat(watch.takeWaits().values())
                    .singleElement()
                    .satisfies(wait -> assertThat(wait.relation()).isEqualTo(new Relation("public", "customer")));
            reader.rollback();
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(standby.awaitReplay(LIMIT)).isTrue();
            watch.look();
            assertThat(watch.takeWaits()).isEmpty();
        }
    }

    @Test
    void saysThatTheReplicaIsGone() throws SQLException, InterruptedException {
        Connection beats = replica(heartbeat);
        try (ReplicaWatch watch = new ReplicaWatch(new ReplicaWatch.Sessions(primary(), beats, replica(customers)))) {
            beats.close();
            watch.start();

            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (watch.trouble().isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }

            assertThat(watch.trouble())
                    .hasValueSatisfying(trouble -> assertThat(trouble)
                            .startsWith("the replica could not be watched any more: This connection has been closed"));
        }
    }

    /** The replay stops some time after it is asked to. */
    private static void pause(Connection control) throws SQLException, InterruptedException {
        execute(control, "select pg_wal_replay_pause()");
        await(control, "pg_get_wal_replay_pause_state() = 'paused'");
    }

    private static void await(Connection connection, String condition) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (number(connection, "select (" + condition + ")::int") == 0) {
            assertThat(System.nanoTime()).as(condition).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** The standby reports what it has replayed with its answers, a moment later than it has. */
    private static void awaitReported(Connection primary, Connection replica)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (number(primary, "select pg_wal_lsn_diff(replay_lsn, '0/0')::bigint from pg_stat_replication")
                != number(replica, "select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
