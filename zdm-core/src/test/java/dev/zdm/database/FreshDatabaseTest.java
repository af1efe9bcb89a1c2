package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FreshDatabaseTest {
    private static EmbeddedServer server;

    private final AtomicInteger builds = new AtomicInteger();

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(EmbeddedSettings.defaults());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void builds_once_for_equal_keys_and_again_for_others() {
        try (Database first = server.fresh(List.of("a", 1), this::customers);
                Database second = server.fresh(List.of("a", 1), this::customers);
                Database other = server.fresh(List.of("a", 2), this::customers)) {
            assertThat(builds).hasValue(2);
            assertThat(Set.of(first.name(), second.name(), other.name())).hasSize(3);
        }
    }

    @Test
    void a_database_is_copied_as_it_is_now() {
        try (Database one = server.fresh("as it is", this::customers)) {
            Sessions.execute(one, "DELETE FROM customer WHERE id <= 40");
            try (Database copy = one.copy()) {
                Sessions.execute(one, "DELETE FROM customer");
                try (Database again = copy.copy()) {
                    assertThat(count(copy)).isEqualTo("60");
                    assertThat(count(again)).isEqualTo("60");
                    assertThat(Set.of(one.name(), copy.name(), again.name())).hasSize(3);
                }
            }
        }
    }

    @Test
    void copies_do_not_see_each_others_changes() {
        try (Database one = server.fresh("independent", this::customers);
                Database two = server.fresh("independent", this::customers)) {
            Sessions.execute(one, "DELETE FROM customer");
            try (Database three = server.fresh("independent", this::customers)) {
                assertThat(count(one)).isEqualTo("0");
                assertThat(count(two)).isEqualTo("100");
                assertThat(count(three)).isEqualTo("100");
            }
        }
    }

    @Test
    void copies_have_statistics() {
        try (Database database = server.fresh("statistics", this::customers)) {
            assertThat(Sessions.value(database, "SELECT reltuples FROM pg_class WHERE relname = 'customer'"))
                    .isEqualTo("100");
        }
    }

    @Test
    void a_big_template_is_copied_too() {
        PostgresServer.DatabaseBuilder builder = empty -> Sessions.execute(
                empty, "CREATE TABLE big AS SELECT i, repeat('x', 1000) AS t FROM generate_series(1, 70000) i");
        try (Database database = server.fresh("big", builder)) {
            assertThat(Sessions.value(database, "SELECT count(*) FROM big")).isEqualTo("70000");
        }
    }

    @Test
    void is_dropped_while_a_session_is_open() throws SQLException {
        Database database = server.fresh("dropped", this::customers);
        try (Connection connection = Sessions.open(database)) {
            Sessions.execute(connection, "BEGIN", "UPDATE customer SET name = 'x'");

            database.close();
            database.close();

            assertThat(databases()).doesNotContain(database.name());
            assertThatThrownBy(() -> Sessions.execute(connection, "COMMIT")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_session_left_on_the_template_does_not_stop_the_copy() throws SQLException {
        List<Connection> left = new ArrayList<>();
        try (Database database = server.fresh("left open", empty -> {
            customers(empty);
            left.add(open(empty));
        })) {
            assertThat(count(database)).isEqualTo("100");
        } finally {
            left.get(0).close();
        }
    }

    @Test
    void a_builder_that_fails_leaves_no_database_and_its_exception_as_it_is() {
        Set<String> before = databases();
        IllegalStateException failure = new IllegalStateException("no baseline");

        assertThatThrownBy(() -> server.fresh("failing", empty -> {
                    customers(empty);
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(databases()).isEqualTo(before);
        server.fresh("failing", this::customers).close();
        assertThat(builds).hasValue(2);
    }

    @Test
    void callers_of_one_key_wait_for_one_builder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Database> fresh = () -> server.fresh("concurrent", this::customers);
            Set<String> names = new ConcurrentSkipListSet<>();
            for (Future<Database> database : threads.invokeAll(List.of(fresh, fresh, fresh, fresh))) {
                names.add(database.get(60, TimeUnit.SECONDS).name());
            }
            assertThat(names).hasSize(4);
            assertThat(builds).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private void customers(Database empty) {
        builds.incrementAndGet();
        Sessions.execute(
                empty,
                "CREATE TABLE customer (id bigint PRIMARY KEY, name text)",
                "INSERT INTO customer SELECT i, 'name ' || i FROM generate_series(1, 100) i");
    }

    private static Connection open(Database database) {
        try {
            return Sessions.open(database);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String count(Database database) {
        return Sessions.value(database, "SELECT count(*) FROM customer");
    }

    private static Set<String> databases() {
        try {
            AdminSessions sessions =
                    AdminSessions.onThisMachine(server.postmaster().port());
            return sessions.pairs("SELECT datname, datname FROM pg_database").keySet();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
