package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.PlanException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    Path directory;

    @Test
    void without_parameters_everything_is_as_usual() {
        assertThat(settings(Map.of())).isEqualTo(Fakes.SETTINGS);
    }

    @Test
    void every_parameter_is_read() {
        Settings settings = settings(Map.ofEntries(
                Map.entry("zdm.rows", "500"),
                Map.entry("zdm.production-sizes", "sizes.csv"),
                Map.entry("zdm.rate", "50"),
                Map.entry("zdm.workers", "2"),
                Map.entry("zdm.coverage", "1"),
                Map.entry("zdm.window.min", "200ms"),
                Map.entry("zdm.window.max", "5s"),
                Map.entry("zdm.tolerance.lock-wait", "PT0.25S"),
                Map.entry("zdm.durability", "off"),
                Map.entry("zdm.database", "Container"),
                Map.entry("zdm.postgres.version", "16"),
                Map.entry("zdm.container.image", "postgres:17"),
                Map.entry("zdm.external.url", "jdbc:postgresql://db/test"),
                Map.entry("zdm.external.allow", "test, other"),
                Map.entry("zdm.external.inPlace", "On"),
                Map.entry("zdm.pooler.url", "jdbc:postgresql://proxy/test"),
                Map.entry("zdm.progress", "Plain"),
                Map.entry("zdm.report.dir", "reports")));

        assertThat(settings.rows()).hasValue(500);
        assertThat(settings.load()).isEqualTo(new LoadProfile(50, 2, 1, Duration.ofMillis(200), Duration.ofSeconds(5)));
        assertThat(settings.lockWait()).contains(Duration.ofMillis(250));
        assertThat(settings.productionSizes()).contains("sizes.csv");
        assertThat(settings.server())
                .isEqualTo(new ServerParameters(
                        Optional.of(OnPostgres.Kind.CONTAINER),
                        Optional.of(16),
                        Optional.of("postgres:17"),
                        Optional.of("jdbc:postgresql://db/test"),
                        Optional.of(List.of("test", "other")),
                        Optional.of("jdbc:postgresql://proxy/test"),
                        Optional.of(true),
                        Optional.of(false)));
        assertThat(settings.progress()).isEqualTo(ProgressMode.PLAIN);
        assertThat(settings.reportDirectory()).contains(directory.resolve("reports"));
    }

    @ParameterizedTest
    @CsvSource({"800ms, PT0.8S", "30s, PT30S", "2 m, PT2M", "1h, PT1H", "PT1.5S, PT1.5S", "' 3s ', PT3S"})
    void times_have_a_unit_or_are_iso(String given, Duration expected) {
        assertThat(settings(Map.of("zdm.tolerance.lock-wait", given)).lockWait())
                .contains(expected);
    }

    @Test
    void limit_of_a_change_is_read() {
        assertThat(settings(Map.of("zdm.change-timeout", "90s")).changeTime()).contains(Duration.ofSeconds(90));
    }

    @Test
    void limit_of_an_invariant_is_read() {
        assertThat(settings(Map.of("zdm.invariant-timeout", "3s")).invariantTime())
                .contains(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zdm.rows     | many    | a whole number of at least 1",
                "zdm.rows     | 0       | a whole number of at least 1",
                "zdm.rate     | 1.5     | a whole number of at least 1",
                "zdm.rate     | 3000000000 | a whole number of at least 1",
                "zdm.workers  | 1       | a whole number of at least 2",
                "zdm.coverage | -1      | a whole number of at least 1",
                "zdm.window.min | 800   | a time such as 800ms, 30s, 2m or PT0.8S",
                "zdm.window.max | 1d    | a time such as 800ms, 30s, 2m or PT0.8S",
                "zdm.tolerance.lock-wait | -PT1S | a time such as 800ms, 30s, 2m or PT0.8S",
                "zdm.change-timeout | 0s | a time of more than zero such as 800ms, 30s, 2m or PT0.8S",
                "zdm.durability | no    | one of on, off",
                "zdm.database | oracle  | one of embedded, container, external",
                "zdm.postgres.version | 13 | a whole number of at least 14",
                "zdm.container.image | '' | the name of an image",
                "zdm.external.url | '' | jdbc:postgresql://host:port/database",
                "zdm.external.allow | '' | names of databases with commas between them",
                "zdm.progress | loud    | one of auto, plain, terminal, off",
                "zdm.report.dir | ''    | a directory or off",
                "zdm.production-sizes | '' | a file of production sizes",
            })
    void wrong_value_is_named_with_what_is_allowed(String name, String value, String allowed) {
        assertThatThrownBy(() -> settings(Map.of(name, value)))
                .isInstanceOf(PlanException.class)
                .hasMessage("configuration parameter " + name + ": expected " + allowed + ", found '" + value + "'");
    }

    @Test
    void longest_window_must_be_longer_than_the_shortest() {
        assertThatThrownBy(() -> settings(Map.of("zdm.window.max", "500ms")))
                .isInstanceOf(PlanException.class)
                .hasMessage(
                        "configuration parameters zdm.window.min and zdm.window.max: expected a longest window longer "
                                + "than the shortest, found 600ms and 500ms");
    }

    @Test
    void reports_go_to_the_output_of_the_build_that_there_is() throws IOException {
        Files.createDirectory(directory.resolve("build"));
        assertThat(settings(Map.of()).reportDirectory()).contains(directory.resolve("build/zdm"));

        Files.createDirectory(directory.resolve("target"));
        assertThat(settings(Map.of()).reportDirectory()).contains(directory.resolve("target/zdm"));

        assertThat(settings(Map.of("zdm.report.dir", "off")).reportDirectory()).isEmpty();
    }

    private Settings settings(Map<String, String> parameters) {
        return Settings.from(name -> Optional.ofNullable(parameters.get(name)), directory);
    }
}
