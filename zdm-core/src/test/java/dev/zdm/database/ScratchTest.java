package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-22T15:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path temporary;

    private Path workspace;
    private final AtomicInteger fillings = new AtomicInteger();

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(temporary.resolve("workspace"));
    }

    @Test
    void an_entry_is_filled_once() throws IOException {
        Path first = scratch(NOW).cached("key", workspace, this::fill);
        Path second = scratch(NOW).cached("key", workspace, this::fill);

        assertThat(second).isEqualTo(first).isDirectoryContaining("glob:**/file");
        assertThat(fillings).hasValue(1);
        assertThat(workspace).isEmptyDirectory();
    }

    @Test
    void of_two_that_fill_one_entry_the_first_wins() throws IOException {
        Scratch scratch = scratch(NOW);
        Path other = Files.createDirectory(temporary.resolve("other"));

        Path entry = scratch.cached("key", workspace, directory -> {
            scratch.cached("key", other, this::fill);
            fill(directory);
        });

        assertThat(entry.resolve("file")).hasContent("1");
        assertThat(workspace).isEmptyDirectory();
    }

    @Test
    void an_entry_that_could_not_be_filled_is_none() throws IOException {
        assertThatThrownBy(() -> scratch(NOW).cached("key", workspace, directory -> {
                    Files.createDirectory(directory);
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(scratch(NOW).cache()).isEmptyDirectory();
    }

    @Test
    void entries_are_not_used_and_not_kept_for_ever() throws IOException {
        Path old = scratch(NOW).cached("key", workspace, this::fill);
        Scratch soon = scratch(Clock.offset(NOW, Duration.ofDays(5)));
        Scratch later = scratch(Clock.offset(NOW, Duration.ofDays(10)));

        soon.sweepCache();
        assertThat(old).exists();
        assertThat(soon.cached("key", workspace, this::fill)).isNotEqualTo(old);

        later.sweepCache();
        assertThat(old).doesNotExist();
    }

    @Test
    void a_directory_that_cannot_be_written_is_named() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> Scratch.below(file, "zdm-test", NOW))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("""
                        No directory for the embedded PostgreSQL
                           expected : %s can be written by this user, and by nobody else
                        """.formatted(file.resolve("zdm-test")))
                .hasMessageEndingWith(
                        "do       : make " + file + " writable, or name another one with" + " -Djava.io.tmpdir");
    }

    private Scratch scratch(Clock clock) {
        return Scratch.below(temporary, "zdm-test", clock);
    }

    private void fill(Path directory) throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("file"), Integer.toString(fillings.incrementAndGet()));
    }
}
