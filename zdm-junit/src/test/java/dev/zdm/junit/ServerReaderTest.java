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
import java.util.Set;
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
    void an_external_server_has_a_url_and_what_is_allowed_there() {
        assertThat(choice(OnExternal.class, Map.of()))
                .isEqualTo(new ServerChoice.External("jdbc:postgresql://db:5433/test", Set.of("test")));
        assertThat(choice(
                        Plain.class,
                        Map.of(
                                "zdm.database", "external",
                                "zdm.external.url", "jdbc:postgresql://other/test",
                                "zdm.external.allow", "test,shop",
                                "zdm.pooler.url", "jdbc:postgresql://proxy:6432/test?prepareThreshold=0")))
                .isEqualTo(new ServerChoice.External(
                        "jdbc:postgresql://other/test",
                        Set.of("test", "shop"),
                        "jdbc:postgresql://proxy:6432/test?prepareThreshold=0"));
    }

    @Test
    void an_external_server_may_be_worked_on_in_the_given_database() {
        ServerChoice inPlace = new ServerChoice.External("jdbc:postgresql://db/given", Set.of(), null, true);

        assertThat(choice(InPlace.class, Map.of())).isEqualTo(inPlace);
        assertThat(choice(InPlace.class, Map.of("zdm.external.inPlace", "off")))
                .isEqualTo(new ServerChoice.External("jdbc:postgresql://db/given", Set.of()));
        assertThat(choice(
                        Plain.class,
                        Map.of(
                                "zdm.database", "external",
                                "zdm.external.url", "jdbc:postgresql://db/given",
                                "zdm.external.inPlace", "on")))
                .isEqualTo(inPlace);
    }

    @Test
    void a_mistake_about_an_external_server_is_named_and_never_repeats_a_password() {
        assertWrong(
                Map.of("zdm.database", "external"),
                "configuration parameter zdm.external.url, or url of @OnPostgres: expected"
                        + " jdbc:postgresql://host:port/database of the external server, found none");
        assertWrong(
                Map.of("zdm.database", "external", "zdm.external.url", "db:5432"),
                "configuration parameters zdm.external.url and zdm.pooler.url: the URL has the form jdbc:postgresql://host:port/database,"
                        + " with one host, not 'db:5432'");
        assertWrong(
                Map.of("zdm.database", "external", "zdm.external.url", "jdbc:postgresql://db/test?password=secret"),
                "configuration parameters zdm.external.url and zdm.pooler.url: the URL may not hold a user or a password: they are taken from"
                        + " the environment variables ZDM_USER and ZDM_PASSWORD");
        assertWrong(
                Map.of("zdm.database", "external", "zdm.durability", "off"),
                "configuration parameter zdm.durability: expected none beside an external server, which keeps its own"
                        + " settings, found 'off'");
    }

    private static void assertWrong(Map<String, String> parameters, String message) {
        assertThatThrownBy(() -> choice(Plain.class, parameters))
                .isInstanceOf(PlanException.class)
                .hasMessage(message);
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
        assertMistake(
                UrlEmbedded.class,
                "expected url beside kind = EXTERNAL, found url = \"jdbc:postgresql://db/test\" beside kind = EMBEDDED");
        assertMistake(
                InPlaceEmbedded.class,
                "expected inPlace beside kind = EXTERNAL, found inPlace = true beside kind = EMBEDDED");
        assertMistake(
                SettingsOfExternal.class,
                "expected settings beside a server of zdm's own, found settings = {\"work_mem=64MB\"} beside kind ="
                        + " EXTERNAL");
        assertMistake(
                TwoHosts.class,
                "expected url of a server, found the URL has the form jdbc:postgresql://host:port/database, with one host,"
                        + " not 'jdbc:postgresql://one,two/test'");
        assertMistake(NoValue.class, "expected settings of the form name=value, found settings = {\"work_mem\"}");
        assertMistake(
                OwnSetting.class,
                "expected settings that a rehearsal may change, found the server setting 'port' is zdm's own");
        assertMistake(
                OwnSettingOfContainer.class,
                "expected settings that a rehearsal may change, found the server setting 'log_directory' is zdm's own");
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

    @OnPostgres(kind = OnPostgres.Kind.EXTERNAL, url = "jdbc:postgresql://db:5433/test", allow = "test")
    static class OnExternal {}

    @OnPostgres(kind = OnPostgres.Kind.EXTERNAL, url = "jdbc:postgresql://db/given", inPlace = true)
    static class InPlace {}

    @OnPostgres(inPlace = true)
    static class InPlaceEmbedded {}

    @OnPostgres(url = "jdbc:postgresql://db/test")
    static class UrlEmbedded {}

    @OnPostgres(kind = OnPostgres.Kind.EXTERNAL, url = "jdbc:postgresql://one,two/test")
    static class TwoHosts {}

    @OnPostgres(kind = OnPostgres.Kind.EXTERNAL, url = "jdbc:postgresql://db/test", settings = "work_mem=64MB")
    static class SettingsOfExternal {}

    @OnPostgres(settings = "work_mem")
    static class NoValue {}

    @OnPostgres(settings = "port=5432")
    static class OwnSetting {}

    @OnPostgres(kind = OnPostgres.Kind.CONTAINER, settings = "log_directory=/tmp")
    static class OwnSettingOfContainer {}
}
