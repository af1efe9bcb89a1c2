package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    @TempDir
    private Path temporary;

    @Test
    void is_below_the_temporary_directory() {
        Scratch scratch = Scratch.below(temporary, "zdm-test");

        assertThat(scratch.servers())
                .isEqualTo(temporary.resolve("zdm-test/servers"))
                .isEmptyDirectory();
        assertThat(scratch.cache()).isEqualTo(temporary.resolve("zdm-test/cache"));
    }

    @Test
    void a_directory_that_cannot_be_written_is_named() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> Scratch.below(file, "zdm-test"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageStartingWith("""
                        No directory for the embedded PostgreSQL
                           expected : %s can be written by this user, and by nobody else
                        """.formatted(file.resolve("zdm-test")))
                .hasMessageEndingWith(
                        "do       : make " + file + " writable, or name another one with" + " -Djava.io.tmpdir");
    }
}
