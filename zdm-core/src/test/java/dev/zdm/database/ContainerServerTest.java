package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Ports;
import dev.zdm.postgres.LogEntry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContainerServerTest {
    private static final EmbeddedSettings SETTINGS = EmbeddedSettings.defaults().withServerSetting("work_mem", "5MB");

    private static String image;
    private static ContainerServer server;

    @BeforeAll
    static void start() {
        image = DockerNeeded.image();
        server = ContainerServer.start(image, SETTINGS);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void is_set_up_like_an_embedded_one() throws SQLException {
        assertThat(server.settings())
                .containsEntry("fsync", "on")
                .containsEntry("synchronous_commit", "on")
                .containsEntry("full_page_writes", "on")
                .containsEntry("deadlock_timeout", "1ms")
                .containsEntry("log_lock_waits", "on");
        assertThat(server.sessions().value("SELECT current_setting('work_mem')"))
                .isEqualTo("5MB");
        assertThat(server.kind()).isEqualTo("container of " + image);
        assertThat(server.version()).isEqualTo(server.sessions().value("SELECT current_setting('server_version')"));
    }

    @Test
    void is_open_to_this_machine_only_and_asks_for_its_password() {
        InspectContainerResponse container =
                DockerState.of(server.container().name()).orElseThrow();

        assertThat(container.getNetworkSettings().getPorts().getBindings().values())
                .hasSize(1)
                .allSatisfy(bindings -> assertThat(bindings)
                        .extracting(Ports.Binding::getHostIp)
                        .containsExactly(Docker.publishedOn()));
        AdminSessions without = new AdminSessions(
                server.sessions().host(),
                server.sessions().port(),
                new AdminSessions.Login(AdminSessions.USER, "guess"));
        assertThatThrownBy(() -> without.value("SELECT 1")).hasMessageContaining("password authentication failed");
    }

    @Test
    void copies_databases() {
        List<String> built = new ArrayList<>();
        PostgresServer.DatabaseBuilder builder = empty -> {
            built.add(empty.name());
            Sessions.execute(empty, "create table a as select generate_series(1, 1000) as n");
        };
        try (Database one = server.fresh("copies", builder);
                Database other = server.fresh("copies", builder)) {
            Sessions.execute(one, "delete from a where n > 10");
            try (Database copy = one.copy()) {
                assertThat(Sessions.value(copy, "select count(*) from a")).isEqualTo("10");
            }
            assertThat(Sessions.value(other, "select count(*) from a")).isEqualTo("1000");
        }
        assertThat(built).hasSize(1);
    }

    @Test
    void tells_its_log_from_now_on() throws SQLException {
        try (Database database = server.fresh("log", empty -> Sessions.execute(empty, "create table a (n int)"))) {
            Sessions.execute(database, "do $$ begin raise log 'past'; end $$");
            try (ServerLog log = server.log()) {
                Sessions.execute(database, "do $$ begin raise log E'two\nlines, äöü \"quoted\"'; end $$");

                LogEntry entry = LogEntries.until(log, found -> found.message().startsWith("two"));

                assertThat(entry.message()).isEqualTo("two\nlines, äöü \"quoted\"");
                assertThat(entry.database()).isEqualTo(database.name());
                assertThat(log.lost()).isZero();
            }
        }
    }

    @Test
    void tells_who_waits_for_whom() throws Exception {
        try (Database database = server.fresh("waits", empty -> Sessions.execute(empty, "create table a (n int)"));
                ServerLog log = server.log();
                Connection holder = Sessions.open(database);
                Connection waiter = Sessions.open(database)) {
            String pid = Sessions.value(holder, "select pg_backend_pid()");
            Sessions.execute(holder, "begin", "lock table a");
            Sessions.execute(waiter, "set lock_timeout = 100");
            assertThatThrownBy(() -> Sessions.execute(waiter, "select * from a"))
                    .hasMessageContaining("lock timeout");

            LogEntry wait = LogEntries.until(log, entry -> entry.message().contains("still waiting for"));

            assertThat(wait.message()).contains("AccessShareLock on relation");
            assertThat(wait.detail()).contains("Process holding the lock: " + pid);
        }
    }

    @Test
    void does_not_fill_its_log_by_reading_it() throws SQLException {
        server.sessions().execute("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()");
        try (Database database = server.fresh("reading", empty -> Sessions.execute(empty, "create table a (n int)"));
                ServerLog log = server.log()) {
            Sessions.execute(database, "select 'begin'");
            LogEntries.until(log, entry -> entry.message().contains("select 'begin'"));
            List<LogEntry> between = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                between.addAll(log.poll());
            }
            Sessions.execute(database, "select 'end'");
            LogEntries.until(log, entry -> entry.message().contains("select 'end'"));

            assertThat(between).extracting(LogEntry::message).noneMatch(message -> message.contains("pg_read_binary"));
        } finally {
            server.sessions().execute("ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf()");
        }
    }

    @Test
    void goes_on_with_its_log_after_a_crash_of_a_twin_that_keeps_its_data() {
        try (ContainerServer twin = server.startTwin();
                Database database = twin.fresh("twin", empty -> Sessions.execute(empty, "create table a (n int)"));
                ServerLog log = twin.log()) {
            assertThat(twin.settings()).containsEntry("fsync", "off");
            Sessions.execute(database, "insert into a values (1)");

            twin.crash();

            assertThat(Sessions.value(database, "select count(*) from a")).isEqualTo("1");
            assertThatThrownBy(log::poll)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageStartingWith("the server's log cannot be read through SQL: ");
            LogEntries.until(
                    log,
                    entry -> entry.message().contains("automatic recovery in progress")
                            || entry.message().contains("was not properly shut down"));
        }
    }

    @Test
    void leaves_nothing_behind() {
        ContainerServer other =
                ContainerServer.start(image, EmbeddedSettings.defaults().withoutDurability());
        assertThat(other.settings()).containsEntry("fsync", "off");
        assertThat(DockerState.of(other.container().name())).isPresent();

        other.close();
        other.close();

        assertThat(DockerState.of(other.container().name())).isEmpty();
        assertThat(DockerState.homeOf(other.container().name())).doesNotExist();
        assertThatThrownBy(() -> other.standby(Map.of())).hasMessageContaining("is closed");
    }

    @Test
    void says_why_it_did_not_start() {
        assertThatThrownBy(() -> ContainerServer.start(image, SETTINGS.withServerSetting("wal_level", "nonsense")))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining(" did not start")
                .hasMessageContaining("invalid value for parameter \"wal_level\": \"nonsense\"")
                .hasMessageEndingWith(
                        "   do       : check the server settings given: {wal_level=nonsense, work_mem=5MB}");
    }

    @Test
    void says_that_there_is_no_such_image() {
        assertThatThrownBy(() -> ContainerServer.start("localhost:1/zdm/missing:1", SETTINGS))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("""
                        No PostgreSQL in a container
                           expected : Docker has the image localhost:1/zdm/missing:1 or can pull it
                           found    : \
                        """)
                .hasMessageContaining("connection refused")
                .hasMessageEndingWith("""
                           do       : check the image's name, and that its registry can be reached from here; \
                        docker pull localhost:1/zdm/missing:1 shows it""");
    }
}
