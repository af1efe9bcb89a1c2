package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the directories of the test begin with a slash")
class CachePlaceTest {
    private static final String HOME = "/home/ann";

    @Test
    void is_where_each_system_keeps_what_programs_cache() {
        assertThat(directory("Linux", Map.of())).contains(Path.of("/home/ann/.cache/zdm"));
        assertThat(directory("Linux", Map.of("XDG_CACHE_HOME", "/var/ann"))).contains(Path.of("/var/ann/zdm"));
        assertThat(directory("Darwin", Map.of("XDG_CACHE_HOME", "/var/ann")))
                .contains(Path.of("/home/ann/Library/Caches/zdm"));
        assertThat(directory("Windows", Map.of("LOCALAPPDATA", "/users/ann"))).contains(Path.of("/users/ann/zdm"));
    }

    @Test
    void a_folder_that_does_not_begin_at_the_root_is_ignored() {
        assertThat(directory("Linux", Map.of("XDG_CACHE_HOME", "here"))).contains(Path.of("/home/ann/.cache/zdm"));
        assertThat(CachePlace.of("", "Linux", name -> "", "?").directory()).isEmpty();
    }

    @Test
    void without_a_home_it_is_temporary() {
        assertThat(directory("Windows", Map.of())).isEmpty();
        assertThat(CachePlace.of("", "Linux", name -> "", "").directory()).isEmpty();
        assertThat(CachePlace.of("", "Darwin", name -> "", "").directory()).isEmpty();
    }

    @Test
    void the_setting_goes_before_all_that() {
        CachePlace named = CachePlace.of("/mnt/cache", "Linux", name -> "/var/ann", HOME);

        assertThat(named.directory()).contains(Path.of("/mnt/cache"));
        assertThat(named.named()).isTrue();
        assertThat(CachePlace.of("off", "Linux", name -> "/var/ann", HOME).directory())
                .isEmpty();
    }

    @Test
    void a_setting_that_is_no_directory_from_the_root_is_refused() {
        assertThatThrownBy(() -> CachePlace.of("target/cache", "Linux", name -> "", HOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the system property zdm.cache is a directory, from the root on, or 'off',"
                        + " not 'target/cache'");
    }

    private static Optional<Path> directory(String system, Map<String, String> environment) {
        CachePlace place = CachePlace.of("", system, name -> environment.getOrDefault(name, ""), HOME);
        assertThat(place.named()).isFalse();
        return place.directory();
    }
}
