package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a server that is not zdm's, as a role that is no superuser. */
class ExternalServerTest {
    private static ForeignServer foreign;

    @BeforeAll
    static void start() {
        foreign = ForeignServer.start();
    }

    @AfterAll
    static void stop() {
        foreign.close();
    }

    @Test
    void an_ordinary_role_gets_copies_of_templates_and_nothing_stays() {
        Set<String> before = foreign.databases();
        try (PostgresServer server = foreign.open();
                Database first = server.fresh("key", ExternalServerTest::fill)) {
            Sessions.execute(first, "insert into item values (4)");
            try (Database copy = first.copy();
                    Database second = server.fresh("key", database -> {
                        throw new AssertionError("the template is built once");
                    })) {
                assertThat(Sessions.value(copy, "select count(*) from item")).isEqualTo("4");
                assertThat(Sessions.value(second, "select count(*) from item")).isEqualTo("3");
                assertThat(Sessions.value(
                                copy,
                                "select current_user || ' ' || rolsuper from pg_roles where rolname ="
                                        + " current_user"))
                        .isEqualTo("rehearser false");
            }
            assertThat(server.kind()).isEqualTo("external, 127.0.0.1:" + foreign.port());
            assertThat(server.settings()).containsEntry("fsync", "on").containsEntry("deadlock_timeout", "1s");
            assertThat(server.limits()).hasSize(3);
            assertThat(server.log().unreadable()).contains("the log of an external server is not read");
        }
        assertThat(foreign.databases()).isEqualTo(before);
    }

    private static void fill(Database empty) {
        Sessions.execute(empty, "create table item (id int)", "insert into item values (1), (2), (3)");
    }

    @Test
    void there_is_no_replica_of_it() {
        try (PostgresServer server = foreign.open()) {
            assertThatThrownBy(() -> server.standby(Map.of()))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("this PostgreSQL cannot have a replica: the files of an external one are out of reach");
        }
    }

    @Test
    void clients_and_tables_of_others_are_a_reason_to_refuse_unless_exactly_they_are_allowed() throws SQLException {
        foreign.execute("CREATE DATABASE shop", "CREATE DATABASE blog");
        foreign.executeIn("shop", "CREATE TABLE orders (id int)");
        try (Connection client = superuser("blog", "blog backend")) {
            assertThat(client.isValid(1)).isTrue();
            assertThatThrownBy(() -> foreign.open("shop", ForeignServer.REHEARSER))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("""
                            The external PostgreSQL looks like production
                               expected : a server at 127.0.0.1:%d that nobody else uses, and no table in its database shop
                               found    : a session of role postgres on database blog (blog backend)
                                          database shop has tables that zdm did not create: public.orders
                               do       : name another server; or, if this one is for tests, name exactly the databases that may be in use with zdm.external.allow (shop, for example); a replica is never allowed""".formatted(foreign.port()));
            assertThatThrownBy(() -> foreign.open("shop", ForeignServer.REHEARSER, "shop"))
                    .hasMessageContaining(
                            "found    : a session of role postgres on database blog (blog backend)\n   do");
            assertThatThrownBy(() -> foreign.open("shop", ForeignServer.REHEARSER, "blog"))
                    .hasMessageContaining(
                            "found    : database shop has tables that zdm did not create: public.orders\n");

            foreign.open("shop", ForeignServer.REHEARSER, "shop", "blog").close();

            assertThat(foreign.databases()).contains("shop", "blog");
        } finally {
            foreign.execute("DROP DATABASE shop", "DROP DATABASE blog");
        }
    }

    private static Connection superuser(String database, String application) throws SQLException {
        return java.sql.DriverManager.getConnection(
                foreign.url(database) + "?ApplicationName=" + application.replace(" ", "%20"), "postgres", "");
    }

    @Test
    void a_replica_is_never_allowed() {
        try (EmbeddedStandby standby = foreign.server().standby(Map.of())) {
            assertThat(standby.awaitReplay(java.time.Duration.ofSeconds(30))).isTrue();
            ServerChoice.External replica = new ServerChoice.External(standby.jdbcUrl(), Set.of("postgres"));

            assertThatThrownBy(() -> ExternalServer.open(replica, ForeignServer.of(ForeignServer.REHEARSER)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("   found    : it is a replica\n");
        }
    }

    @Test
    void a_role_that_may_not_create_databases_is_told_what_it_lacks() {
        assertThatThrownBy(() -> foreign.open("postgres", ForeignServer.READER))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                        No databases of zdm's own on the external PostgreSQL
                           expected : role reader may create databases: each rehearsal has some, made from templates and dropped in the end
                           found    : it may not
                           do       : ALTER ROLE reader CREATEDB, or set ZDM_USER to another role;
                                      or name an empty database that role reader owns in zdm.external.url, and set zdm.external.inPlace=on""");
    }

    @Test
    void the_role_comes_from_the_environment() {
        assertThatThrownBy(() -> foreign.open("postgres", Map.of()))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                        No role for the external PostgreSQL
                           expected : its name in the environment variable ZDM_USER, and its password in ZDM_PASSWORD where the server asks for one
                           found    : ZDM_USER is not set
                           do       : set it; annotations and configuration parameters do not take secrets""");
    }

    @Test
    void a_wrong_password_is_said_and_not_repeated() {
        assertThatThrownBy(() -> foreign.open("postgres", Map.of("ZDM_USER", "rehearser", "ZDM_PASSWORD", "guess")))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                        The external PostgreSQL cannot be used
                           expected : role rehearser may log in at %s
                           found    : FATAL: password authentication failed for user "rehearser"
                           do       : check zdm.external.url, ZDM_USER and ZDM_PASSWORD, and whether the server lets this role in from here (pg_hba.conf)""".formatted(foreign.url("postgres")));
    }

    @Test
    void what_a_killed_jvm_leaves_the_next_run_drops() throws Exception {
        Set<String> before = foreign.databases();
        Process jvm = holder();
        try (BufferedReader says = reader(jvm)) {
            String left = says.readLine();
            assertThat(foreign.databases()).contains(left).hasSize(before.size() + 2);
            foreign.open().close();
            assertThat(foreign.databases()).as("its owner lives").contains(left);

            jvm.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            Eventually.holds(
                    "the killed run's session has ended",
                    () -> foreign.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'rehearser'")
                            .equals("0"));
            foreign.open().close();

            assertThat(foreign.databases()).isEqualTo(before);
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static BufferedReader reader(Process jvm) {
        return new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
    }

    private static Process holder() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExternalHolder.class.getName(),
                        foreign.url("postgres"))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(ForeignServer.REHEARSER);
        return builder.start();
    }

    @Test
    void only_what_is_surely_zdms_own_is_swept() {
        Set<String> others = Set.of("zdm_00000001_1", "zdm_00000001_2", "zdm_00000001_3", "zdm_mine");
        foreign.execute(
                "CREATE DATABASE zdm_00000001_1 OWNER rehearser",
                "CREATE DATABASE zdm_00000001_2 OWNER postgres CONNECTION LIMIT 30317",
                "CREATE DATABASE zdm_00000001_3 OWNER rehearser CONNECTION LIMIT 30317",
                "COMMENT ON DATABASE zdm_00000001_3 IS 'a keepsake'",
                "CREATE DATABASE zdm_mine OWNER rehearser CONNECTION LIMIT 30317",
                "CREATE DATABASE zdm_00000001_template_4 OWNER rehearser CONNECTION LIMIT 30317");

        foreign.open().close();

        assertThat(foreign.databases()).containsAll(others).doesNotContain("zdm_00000001_template_4");
        others.forEach(name -> foreign.execute("DROP DATABASE " + name));
    }

    @Test
    void a_lost_session_is_replaced_before_the_next_database() {
        try (PostgresServer server = foreign.open()) {
            foreign.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rehearser'");

            try (Database database = server.fresh("key", ExternalServerTest::fill);
                    PostgresServer other = foreign.open()) {
                assertThat(other.kind()).isEqualTo(server.kind());
                assertThat(Sessions.value(database, "select count(*) from item"))
                        .as("the other run sees that this one lives")
                        .isEqualTo("3");
            }
        }
    }
}
