package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-11-22T15:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path temporary;

    private final AtomicInteger fillings = new AtomicInteger();

    @Test
    void an_entry_is_filled_once() throws IOException {
        Path first = cache(NOW).directory("key", this::fill);
        Path second = cache(NOW).directory("key", this::fill);

        assertThat(second).isEqualTo(first);
        assertThat(first.resolve("sub/file")).hasContent("content 1");
        assertThat(fillings).hasValue(1);
    }

    @Test
    void an_entry_is_copied() throws IOException {
        cache(NOW).copy("key", this::fill, temporary.resolve("one"));
        cache(NOW).copy("key", this::fill, temporary.resolve("two"));

        assertThat(temporary.resolve("two/sub/file")).hasContent("content 1");
        assertThat(temporary.resolve("two/sub/empty")).isEmptyDirectory();
        assertThat(fillings).hasValue(1);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has neither these rights nor such links for everybody")
    void rights_of_directories_and_links_are_copied() throws IOException {
        Cache cache = cache(NOW);
        cache.copy(
                "key",
                directory -> {
                    fill(directory);
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                    Files.createSymbolicLink(directory.resolve("link"), Path.of("sub/file"));
                },
                temporary.resolve("copy"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve("copy"))))
                .isEqualTo("rwx------");
        assertThat(temporary.resolve("copy/link")).isSymbolicLink().hasContent("content 1");
    }

    @Test
    void an_entry_without_one_of_its_files_is_made_anew() throws IOException {
        Path entry = cache(NOW).directory("key", this::fill);
        Files.delete(entry.resolve("sub/file"));

        assertThat(cache(NOW).directory("key", this::fill).resolve("sub/file")).hasContent("content 2");
    }

    @Test
    void an_entry_with_a_file_that_was_cut_is_made_anew() throws IOException {
        Path entry = cache(NOW).directory("key", this::fill);
        Files.writeString(entry.resolve("sub/file"), "con");

        assertThat(cache(NOW).directory("key", this::fill).resolve("sub/file")).hasContent("content 2");
    }

    @Test
    void what_is_copied_with_another_content_is_made_anew() throws IOException {
        Path entry = cache(NOW).directory("key", this::fill);
        Files.writeString(entry.resolve("sub/file"), "CONTENT 1");

        cache(NOW).copy("key", this::fill, temporary.resolve("copy"));

        assertThat(temporary.resolve("copy/sub/file")).hasContent("content 2");
        assertThat(fillings).hasValue(2);
    }

    @Test
    void an_entry_whose_manifest_was_cut_is_made_anew() throws IOException {
        Path manifest = cache(NOW).directory("key", this::fill).resolveSibling("manifest");
        List<String> lines = Files.readAllLines(manifest);
        Files.write(manifest, lines.subList(0, lines.size() - 1));

        cache(NOW).copy("key", this::fill, temporary.resolve("copy"));

        assertThat(temporary.resolve("copy/sub/file")).hasContent("content 2");
    }

    @Test
    void an_entry_that_could_not_be_filled_is_none() {
        assertThatThrownBy(() -> cache(NOW).directory("key", directory -> {
                    Files.createDirectory(directory);
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(entries()).isEmpty();
    }

    @Test
    void entries_are_not_used_and_not_kept_for_ever() throws IOException {
        Path old = cache(NOW).directory("key", this::fill);
        Cache soon = cache(Clock.offset(NOW, Duration.ofDays(5)));
        Cache later = cache(Clock.offset(NOW, Duration.ofDays(10)));

        soon.sweep();
        assertThat(old).exists();
        assertThat(soon.directory("key", this::fill)).isNotEqualTo(old);

        later.sweep();
        assertThat(old).doesNotExist();
    }

    @Test
    void in_a_folder_of_its_own_an_entry_serves_two_months() throws IOException {
        CachePlace place = new CachePlace(Optional.of(temporary.resolve("own")), true);
        Path old = Cache.at(place, scratch(), NOW).directory("key", this::fill);
        Cache later = Cache.at(place, scratch(), Clock.offset(NOW, Duration.ofDays(60)));
        Cache last = Cache.at(place, scratch(), Clock.offset(NOW, Duration.ofDays(120)));

        later.sweep();
        assertThat(old).exists();
        last.sweep();
        assertThat(old).doesNotExist();
    }

    @Test
    void a_place_that_the_user_named_and_that_cannot_be_written_is_refused() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> Cache.at(new CachePlace(Optional.of(file), true), scratch(), NOW))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                        No cache for the embedded PostgreSQL
                           expected : %1$s can be written by this user, and by nobody else
                           found    : java.nio.file.FileAlreadyExistsException: %1$s
                           do       : make it writable, or name another one with -Dzdm.cache;
                                      -Dzdm.cache=off keeps everything in the temporary directory""".formatted(file));
    }

    @Test
    void a_home_that_cannot_be_written_is_done_without() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        Cache cache = Cache.at(new CachePlace(Optional.of(file), false), scratch(), NOW);

        assertThat(cache.root()).isEqualTo(scratch().cache());
    }

    @Test
    void of_four_jvms_that_want_one_entry_one_makes_it() throws IOException {
        List<OtherJvm> jvms = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                jvms.add(OtherJvm.start(CacheFiller.class, temporary.toString()));
            }
            for (OtherJvm jvm : jvms) {
                assertThat(jvm.line()).isEqualTo("ready");
            }
            for (OtherJvm jvm : jvms) {
                jvm.tell("go");
            }
            List<String> told = new ArrayList<>();
            for (OtherJvm jvm : jvms) {
                told.add(jvm.rest());
            }
            assertThat(told).filteredOn(lines -> lines.startsWith("filling\n")).hasSize(1);
            assertThat(told).allMatch(lines -> lines.endsWith("has 40 files"));
        } finally {
            jvms.forEach(OtherJvm::close);
        }
    }

    @Test
    void what_a_killed_jvm_began_is_no_entry_and_is_removed() throws Exception {
        try (OtherJvm jvm = OtherJvm.start(CacheFiller.class, temporary.toString(), "stay")) {
            assertThat(jvm.line()).isEqualTo("ready");
            jvm.tell("go");
            assertThat(jvm.line()).isEqualTo("filling");
            assertThat(jvm.line()).isEqualTo("half");

            cache(NOW).sweep();
            assertThat(entries()).hasSize(1);
            jvm.kill();

            cache(NOW).sweep();
            assertThat(entries()).isEmpty();
        }
    }

    private List<Path> entries() {
        try (var entries = Files.list(scratch().cache())) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Cache cache(Clock clock) throws IOException {
        return Cache.at(new CachePlace(Optional.empty(), false), scratch(), clock);
    }

    private Scratch scratch() {
        return Scratch.below(temporary, "zdm-test");
    }

    private void fill(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("sub/empty"));
        Files.writeString(directory.resolve("sub/file"), "content " + fillings.incrementAndGet());
    }
}
