package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.PlanException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ServerReaderTest {
    private static ServerChoice choice(Class<?> testClass, Map<String, String> parameters) {
        ParameterReader reader = new ParameterReader(name -> Optional.ofNullable(parameters.get(name)));
        return new ServerReader(testClass, ServerParameters.from(reader)).read();
    }

    private static ServerChoice embedded(UnaryOperator<EmbeddedSettings> set) {
        return new ServerChoice.Embedded(set.apply(EmbeddedSettings.defaults()));
    }

    @Test
    void without_a_word_it_is_a_durable_embedded_server() {
        assertThat(choice(Plain.class, Map.of())).isEqualTo(ServerChoice.embedded());
        assertThat(choice(Plain.class, Map.of("zdm.durability", "off")))
                .isEqualTo(embedded(EmbeddedSettings::withoutDurability));
    }

    @Test
    void the_class_chooses_a_version_and_settings_also_through_an_annotation_of_its_own() {
        ServerChoice expected =
                embedded(settings -> settings.withMajorVersion(15).withServerSetting("work_mem", "64MB"));

        assertThat(choice(OnFifteen.class, Map.of())).isEqualTo(expected);
        assertThat(choice(OnOurs.class, Map.of())).isEqualTo(expected);
        assertThat(choice(Child.class, Map.of())).isEqualTo(expected);
    }

    @Test
    void a_parameter_goes_before_the_class() {
        assertThat(choice(OnFifteen.class, Map.of("zdm.postgres.version", "16")))
                .isEqualTo(embedded(settings -> settings.withMajorVersion(16).withServerSetting("work_mem", "64MB")));
        assertThat(choice(InContainer.class, Map.of("zdm.container.image", "postgres:16")))
                .isEqualTo(new ServerChoice.Container("postgres:16", true, Map.of("work_mem", "64MB")));
    }

    @Test
    void another_kind_takes_nothing_from_what_the_class_says_of_its_own() {
        assertThat(choice(OnFifteen.class, Map.of("zdm.database", "container", "zdm.durability", "off")))
                .isEqualTo(new ServerChoice.Container("postgres:18", false, Map.of()));
        assertThat(choice(InContainer.class, Map.of("zdm.database", "embedded")))
                .isEqualTo(ServerChoice.embedded());
    }

    @Test
    void a_container_has_an_image() {
        assertThat(choice(InContainer.class, Map.of()))
                .isEqualTo(new ServerChoice.Container("postgres:17", true, Map.of("work_mem", "64MB")));
        assertThat(choice(Plain.class, Map.of("zdm.database", "container")))
                .isEqualTo(new ServerChoice.Container("postgres:18", true, Map.of()));
    }

    @Test
    void a_mistake_is_named_with_what_is_allowed() {
        assertMistake(TooOld.class, "expected version to be at least 14, found version = 13");
        assertMistake(
                VersionInContainer.class,
                "expected version beside kind = EMBEDDED, found version = 17 beside kind = CONTAINER");
        assertMistake(
                ImageEmbedded.class,
                "expected image beside kind = CONTAINER, found image = \"postgres:17\" beside kind = EMBEDDED");
        assertMistake(NoValue.class, "expected settings of the form name=value, found settings = {\"work_mem\"}");
        assertMistake(
                OwnSetting.class,
                "expected settings that a rehearsal may change, found the server setting 'port' is zdm's own");
    }

    private static void assertMistake(Class<?> testClass, String message) {
        assertThatThrownBy(() -> choice(testClass, Map.of()))
                .isInstanceOf(PlanException.class)
                .hasMessage("@OnPostgres on ServerReaderTest." + testClass.getSimpleName() + ": " + message);
    }

    static class Plain {}

    @OnPostgres(version = 15, settings = "work_mem = 64MB")
    static class OnFifteen {}

    static class Child extends OnFifteen {}

    @Retention(RetentionPolicy.RUNTIME)
    @OnPostgres(version = 15, settings = "work_mem = 64MB")
    @interface OurServer {}

    @OurServer
    static class OnOurs {}

    @OnPostgres(kind = OnPostgres.Kind.CONTAINER, image = "postgres:17", settings = "work_mem=64MB")
    static class InContainer {}

    @OnPostgres(version = 13)
    static class TooOld {}

    @OnPostgres(kind = OnPostgres.Kind.CONTAINER, version = 17)
    static class VersionInContainer {}

    @OnPostgres(image = "postgres:17")
    static class ImageEmbedded {}

    @OnPostgres(settings = "work_mem")
    static class NoValue {}

    @OnPostgres(settings = "port=5432")
    static class OwnSetting {}
}
