package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedSettingsTest {
    private static final EmbeddedSettings DEFAULTS = EmbeddedSettings.defaults();

    @Test
    void defaults_are_durable() {
        assertThat(DEFAULTS.durable()).isTrue();
        assertThat(DEFAULTS.withoutDurability().durable()).isFalse();
        assertThat(DEFAULTS.startLimit()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void names_of_server_settings_do_not_depend_on_case() {
        EmbeddedSettings settings =
                DEFAULTS.withServerSetting("Work_Mem", "1MB").withServerSetting("work_mem", "2MB");

        assertThat(settings.serverSettings()).hasSize(1).containsEntry("work_mem", "2MB");
    }

    @Test
    void what_zdm_needs_for_itself_cannot_be_set() {
        assertThatThrownBy(() -> DEFAULTS.withServerSetting("PORT", "5432"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the server setting 'PORT' is zdm's own");
    }

    @Test
    void what_is_no_name_is_refused() {
        assertThatThrownBy(() -> DEFAULTS.withServerSetting("fsync = off\nport", "5432"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the name of a server setting");
    }

    @Test
    void start_limit_has_a_lower_bound() {
        assertThatThrownBy(() -> DEFAULTS.withStartLimit(Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the start limit is at least one second, not PT0.999S");
    }

    @Test
    void versions_that_are_too_old_are_refused() {
        assertThatThrownBy(() -> DEFAULTS.withMajorVersion(13))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the major version is at least 14, not 13");
    }

    @Test
    void one_property_chooses_the_version_of_a_run() {
        String given = System.getProperty("zdm.postgres.version");
        try {
            System.setProperty("zdm.postgres.version", "15");
            assertThat(EmbeddedSettings.defaults().majorVersion()).isEqualTo(15);
            System.clearProperty("zdm.postgres.version");
            assertThat(EmbeddedSettings.defaults().majorVersion()).isNull();
            for (String wrong : List.of("13", "15.3", "new")) {
                System.setProperty("zdm.postgres.version", wrong);
                assertThatThrownBy(EmbeddedSettings::defaults)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "the system property zdm.postgres.version is a major version of PostgreSQL, at least 14,"
                                        + " not '" + wrong + "'");
            }
        } finally {
            restore("zdm.postgres.version", given);
        }
    }

    private static void restore(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    @Test
    void the_users_setting_wins_and_is_quoted() {
        EmbeddedSettings settings =
                DEFAULTS.withServerSetting("shared_buffers", "1MB").withServerSetting("search_path", "'a\\b', c");

        assertThat(ServerConfiguration.of(settings, Path.of("log"), LogFormat.of(18)))
                .contains("\nshared_buffers = '1MB'\n")
                .contains("\nsearch_path = '''a\\\\b'', c'\n")
                .doesNotContain("128MB");
    }
}
