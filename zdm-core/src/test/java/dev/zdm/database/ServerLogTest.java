package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.postgres.LogEntry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerLogTest {
    private static final String ODD_TEXT = "first \"quoted\" 'line'\n\tsecond, äöü € \uD83D\uDE80 \\ end";
    private static EmbeddedServer server;
    private static Database database;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(EmbeddedSettings.defaults());
        database = server.fresh("log", empty -> Sessions.execute(empty, "CREATE TABLE customer (id int)"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void tells_who_waits_and_who_is_waited_for() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (ServerLog log = server.log();
                Connection holder = Sessions.open(database);
                Connection waiter = Sessions.open(database)) {
            int holderPid = pid(holder);
            int waiterPid = pid(waiter);
            Sessions.execute(holder, "BEGIN", "LOCK TABLE customer IN ACCESS EXCLUSIVE MODE");
            Future<?> waiting = thread.submit(() -> {
                Sessions.execute(waiter, "SELECT * FROM customer");
                return null;
            });

            LogEntry wait = LogEntries.until(log, entry -> entry.message().contains("still waiting for"));
            assertThat(wait.pid()).isEqualTo(waiterPid);
            assertThat(wait.message()).contains("AccessShareLock on relation");
            assertThat(wait.detail()).contains("Process holding the lock: " + holderPid);
            assertThat(wait.statement()).isEqualTo("SELECT * FROM customer");
            assertThat(wait.database()).isEqualTo(database.name());
            assertThat(wait.severity()).isEqualTo("LOG");
            assertThat(wait.sqlState()).isNull();

            Sessions.execute(holder, "COMMIT");
            waiting.get(60, TimeUnit.SECONDS);
            LogEntry end = LogEntries.until(log, entry -> entry.message().contains(" acquired "));
            assertThat(end.pid()).isEqualTo(waiterPid);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void keeps_quotes_line_ends_and_other_alphabets() {
        try (ServerLog log = server.log()) {
            Instant before = Instant.now();
            raiseLog(ODD_TEXT);

            LogEntry entry = LogEntries.until(log, other -> other.message().startsWith("first"));

            assertThat(entry.message()).isEqualTo(ODD_TEXT);
            assertThat(entry.time()).isBetween(before.minus(Duration.ofSeconds(1)), Instant.now());
        }
    }

    @Test
    void carries_the_code_of_an_error() throws SQLException {
        try (ServerLog log = server.log();
                Connection connection = Sessions.open(database)) {
            Sessions.execute(connection, "SET application_name = 'old'");
            try {
                Sessions.execute(connection, "SELECT nothing FROM customer");
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("42703");
            }

            LogEntry entry = LogEntries.until(log, other -> other.severity().equals("ERROR"));

            assertThat(entry.sqlState()).isEqualTo("42703");
            assertThat(entry.applicationName()).isEqualTo("old");
        }
    }

    @Test
    void begins_at_the_present_end() {
        try (ServerLog before = server.log()) {
            raiseLog("past");
            LogEntries.until(before, entry -> entry.message().equals("past"));
        }
        try (ServerLog log = server.log()) {
            raiseLog("present");

            List<LogEntry> read = new ArrayList<>();
            Eventually.holds("the entry is there", () -> {
                read.addAll(log.poll());
                return read.stream().anyMatch(entry -> entry.message().equals("present"));
            });

            assertThat(read).extracting(LogEntry::message).doesNotContain("past");
        }
    }

    @Test
    void goes_on_in_the_next_file() {
        try (ServerLog log = server.log()) {
            Path current = currentFile();
            raiseLog("before rotation");
            // The names differ by the second, so that the first rotations may lead to the same file.
            Eventually.holds("there is another file", () -> {
                Sessions.execute(database, "SELECT pg_rotate_logfile()");
                return !currentFile().equals(current);
            });
            raiseLog("after rotation");

            List<String> markers = new ArrayList<>();
            Eventually.holds("both entries are there", () -> {
                log.poll().stream()
                        .map(LogEntry::message)
                        .filter(message -> message.endsWith(" rotation"))
                        .forEach(markers::add);
                return markers.size() == 2;
            });
            assertThat(markers).containsExactly("before rotation", "after rotation");
        }
    }

    @Test
    void reads_the_csv_log_of_older_versions_as_well() {
        String usual = LogFormat.of(server.postmaster().binaries().major()).destination();
        Sessions.execute(
                database, "ALTER SYSTEM SET log_destination = '" + usual + ",csvlog'", "SELECT pg_reload_conf()");
        Path directory = server.directory().resolve("log");
        try (LogTail log = LogTail.fromStart(directory, new CsvLogFormat())) {
            Eventually.holds("the log is written as CSV", () -> {
                raiseLog(ODD_TEXT);
                return log.poll().stream()
                        .anyMatch(entry -> entry.message().equals(ODD_TEXT)
                                && database.name().equals(entry.database())
                                && entry.sqlState() == null
                                && entry.pid() > 0
                                && String.valueOf(entry.statement()).startsWith("DO $body$"));
            });
            assertThat(log.lost()).isZero();
        } finally {
            Sessions.execute(database, "ALTER SYSTEM RESET log_destination", "SELECT pg_reload_conf()");
        }
    }

    private static Path currentFile() {
        return Path.of(Sessions.value(database, "SELECT pg_current_logfile()"));
    }

    private static void raiseLog(String text) {
        Sessions.execute(
                database,
                "DO $body$ BEGIN RAISE LOG '%', '" + text.replace("'", "''") + "'; END $body$ /* " + text + " */");
    }

    private static int pid(Connection connection) throws SQLException {
        return Integer.parseInt(Sessions.value(connection, "SELECT pg_backend_pid()"));
    }
}
