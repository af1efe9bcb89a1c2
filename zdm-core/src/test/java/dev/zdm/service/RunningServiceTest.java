package dev.zdm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Service;
import dev.zdm.rehearsal.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.postgresql.ds.PGSimpleDataSource;

/** A service is started, learns where its database is, is heard, and goes. */
class RunningServiceTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Heard heard = new Heard();
    private final Database database = TestServer.get().fresh("items of services", RunningServiceTest::fill);

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void works_on_its_database_until_it_is_closed() throws Exception {
        long pid;
        try (RunningService service = RunningService.start(ItemService.on("name"), source(), heard)) {
            assertThat(send(service, "PUT", "/items/1", "Ada").statusCode()).isEqualTo(204);
            assertThat(send(service, "GET", "/items/1", "").body()).isEqualTo("Ada");
            assertThat(service.lastLines(5)).contains("serving name");
            assertThat(heard.pids())
                    .anySatisfy(session -> assertThat(isOfTheDatabase(session)).isTrue());
            pid = Long.parseLong(send(service, "GET", "/pid", "").body());
            assertThat(ProcessHandle.of(pid)).isPresent();
        }
        assertThat(hasEnded(pid)).isTrue();
    }

    @Test
    void what_the_server_tells_it_is_heard_with_the_sqlstate() throws Exception {
        try (RunningService service = RunningService.start(ItemService.on("nickname"), source(), heard)) {
            assertThat(send(service, "GET", "/items/1", "").statusCode()).isEqualTo(500);
            assertThat(heard.errors()).containsExactly("42703 ERROR: column \"nickname\" does not exist");
        }
    }

    @Test
    void an_early_end_is_told_with_its_last_words() {
        Service broken = Service.process("sh", "-c", "echo no configuration for {db.name}; exit 3");

        assertThatThrownBy(() -> RunningService.start(broken, source(), SessionWatch.NONE))
                .isInstanceOf(ServiceException.class)
                .hasMessageStartingWith("A service is not ready: [sh, -c, echo no configuration for {db.name}; exit 3]")
                .hasMessageContaining("   found    : it ended with exit code 3")
                .hasMessageContaining("no configuration for " + database.name())
                .hasMessageContaining("   do       : let it listen on {http.port} and connect to {db.url}, or name "
                        + "another health path or start limit");
    }

    @Test
    void one_that_does_not_get_ready_in_time_is_told_and_ended() {
        Service deaf = Service.process("sh", "-c", "echo pid $$; exec sleep 60").startingWithin(Duration.ofMillis(700));

        assertThatThrownBy(() -> RunningService.start(deaf, source(), SessionWatch.NONE))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("answers with a status of 200 to 299 within 700 ms")
                .satisfies(failure ->
                        assertThat(hasEnded(pidIn(failure.getMessage()))).isTrue());
    }

    @Test
    void a_health_path_that_answers_otherwise_is_told() {
        Service ill = ItemService.on("name").readyAt("/nowhere").startingWithin(Duration.ofSeconds(6));

        assertThatThrownBy(() -> RunningService.start(ill, source(), SessionWatch.NONE))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("/nowhere answered 404");
    }

    @Test
    void a_program_that_is_not_there_is_told() {
        Service missing = Service.process("no-such-program-of-zdm");

        assertThatThrownBy(() -> RunningService.start(missing, source(), SessionWatch.NONE))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("no-such-program-of-zdm")
                .hasMessageContaining("it ended with exit code 127");
    }

    @Test
    void names_in_braces_are_checked() {
        assertThatThrownBy(() -> Service.process("java", "-jar", "old.jar").withEnvironment("URL", "{db.uri}"))
                .isInstanceOf(PlanException.class)
                .hasMessage("a service knows the names [db.host, db.name, db.password, db.port, db.url, db.user, "
                        + "http.port, java.classpath, java.home] in braces, found {db.uri} in '{db.uri}'");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no guardian")
    void kill_9_of_the_jvm_ends_it() throws Exception {
        Process holder = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServiceHolder.class.getName(),
                        database.jdbcUrl())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long pid;
        try (var lines = holder.inputReader()) {
            pid = Long.parseLong(lines.readLine());
        } finally {
            holder.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }

        assertThat(hasEnded(pid)).isTrue();
    }

    private static long pidIn(String message) {
        String behind = message.substring(message.lastIndexOf("pid ") + "pid ".length());
        return Long.parseLong(behind.split("\\D", 2)[0]);
    }

    /** Nobody is asked for long whether a process has ended. */
    private static boolean hasEnded(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null) {
            process.onExit().get(30, TimeUnit.SECONDS);
        }
        return true;
    }

    private boolean isOfTheDatabase(int pid) throws Exception {
        try (Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select exists (select from pg_stat_activity where pid = " + pid
                        + " and datname = current_database())")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private HttpResponse<String> send(RunningService service, String method, String path, String body)
            throws Exception {
        URI uri = service.uri().resolve(path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private PGSimpleDataSource source() {
        return source(database.jdbcUrl());
    }

    static PGSimpleDataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser("postgres");
        return source;
    }

    static void fill(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id bigint primary key, name text)");
            statement.execute("insert into item select g, 'item ' || g from generate_series(1, 20) g");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a service, prints its process id, and stays until it is killed. */
    static final class ServiceHolder {
        public static void main(String[] args) throws Exception {
            RunningService service = RunningService.start(ItemService.on("name"), source(args[0]), SessionWatch.NONE);
            System.out.println(HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(service.uri().resolve("/pid"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            System.out.flush();
            Thread.currentThread().join();
        }
    }
}
