package dev.zdm.database;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.postgres.LogEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    private static final String TIME = "2026-11-22 15:00:00.123 UTC";

    @TempDir
    private Path directory;

    private long nanos = Long.MAX_VALUE;

    @Test
    void a_line_is_delivered_when_its_end_is_there() throws IOException {
        String line = json("one");
        append("1.json", line.substring(0, 30));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat())) {
            assertThat(log.poll()).isEmpty();

            append("1.json", line.substring(30));

            assertThat(log.poll())
                    .containsExactly(new LogEntry(
                            Instant.parse("2026-11-22T15:00:00.123Z"), 0, null, null, "LOG", null, "one", null, null));
            assertThat(log.poll()).isEmpty();
        }
    }

    @Test
    void what_is_no_record_is_skipped_and_counted() throws IOException {
        append("1.json", "half a li\"ne\"}\n" + json("one") + "{\"timestamp\":\"yesterday\"}\n[1]\n{}\n" + json("two"));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat())) {
            assertThat(messages(log)).containsExactly("one", "two");
            assertThat(log.lost()).isEqualTo(4);
        }
    }

    @Test
    void a_record_cut_by_the_change_to_the_next_file_is_lost_and_counted() throws IOException {
        append("1.json", json("one") + json("two").substring(0, 40));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat(), () -> nanos)) {
            assertThat(messages(log)).containsExactly("one");
            append("2.json", json("three"));
            pass(100);

            assertThat(messages(log)).containsExactly("three");
            assertThat(log.lost()).isEqualTo(1);
        }
    }

    @Test
    void the_next_file_is_looked_for_every_100_ms_and_nothing_is_lost_meanwhile() throws IOException {
        append("1.json", json("one"));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat(), () -> nanos)) {
            assertThat(messages(log)).containsExactly("one");
            append("1.json", json("two"));
            append("2.json", json("four"));
            pass(99);
            assertThat(messages(log)).containsExactly("two");
            append("1.json", json("three"));
            append("2.json", json("five"));
            pass(1);

            assertThat(messages(log)).containsExactly("three", "four", "five");
            append("2.json", json("six"));

            assertThat(messages(log)).containsExactly("six");
            assertThat(log.lost()).isZero();
        }
    }

    @Test
    void a_file_that_is_cut_short_is_read_from_its_begin_and_counted() throws IOException {
        append("1.json", json("one") + json("two"));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat())) {
            assertThat(messages(log)).containsExactly("one", "two");
            Files.writeString(directory.resolve("1.json"), json("three"));

            assertThat(messages(log)).containsExactly("three");
            assertThat(log.lost()).isEqualTo(1);
        }
    }

    @Test
    void unknown_fields_do_not_matter() throws IOException {
        append(
                "1.json",
                "{\"new\":{\"a\":[1,{}]},\"timestamp\":\"" + TIME
                        + "\",\"error_severity\":\"LOG\",\"pid\":7,\"message\":\"m\",\"more\":null}\n");
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat())) {
            assertThat(log.poll()).extracting(LogEntry::pid).containsExactly(7);
        }
    }

    @Test
    void files_follow_each_other_by_name() throws IOException {
        append("1.json", json("one"));
        try (LogTail log = LogTail.fromEnd(directory, new JsonLogFormat())) {
            append("1.json", json("two"));
            append("3.json", json("four"));
            append("2.json", json("three"));
            append("2.log", "nothing for us\n");

            assertThat(messages(log)).containsExactly("two", "three", "four");
        }
    }

    @Test
    void records_longer_than_one_read_come_whole() throws IOException {
        String text = "x".repeat(200_000);
        append("1.json", json(text) + json("two"));
        try (LogTail log = LogTail.fromStart(directory, new JsonLogFormat())) {
            assertThat(messages(log)).containsExactly(text, "two");
        }
    }

    @Test
    void a_csv_reader_that_begins_inside_a_record_finds_its_way() throws IOException {
        append("1.csv", "of a line\nand \"\"more\"\",\",,\n" + csv("one") + csv("two\n\"\"lines\"\", both"));
        try (LogTail log = LogTail.fromStart(directory, new CsvLogFormat())) {
            assertThat(messages(log)).containsExactly("one", "two\n\"lines\", both");
            assertThat(log.lost()).isEqualTo(2);
        }
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void append(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text, CREATE, APPEND);
    }

    private static String json(String message) {
        return "{\"timestamp\":\"" + TIME + "\",\"error_severity\":\"LOG\",\"message\":\"" + message + "\"}\n";
    }

    private static String csv(String message) {
        return TIME + ",\"postgres\",\"zdm_1\",42,,,,,,,,LOG,00000,\"" + message + "\",,,,,,,,,\"old\"\n";
    }

    private static List<String> messages(LogTail log) {
        return log.poll().stream().map(LogEntry::message).toList();
    }
}
