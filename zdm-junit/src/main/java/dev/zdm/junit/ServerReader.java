package dev.zdm.junit;

import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.PlanException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads which PostgreSQL a rehearsal runs on. */
final class ServerReader {
    private final Class<?> testClass;
    private final ServerParameters parameters;
    private final @Nullable OnPostgres annotation;

    ServerReader(Class<?> testClass, ServerParameters parameters) {
        this.testClass = testClass;
        this.parameters = parameters;
        this.annotation =
                AnnotationSupport.findAnnotation(testClass, OnPostgres.class).orElse(null);
    }

    /**
     * Returns the choice of the parameters, and of the class where they say nothing. What the class says of another kind
     * of server than the parameters name is not looked at.
     *
     * @throws PlanException if a value is not allowed
     */
    ServerChoice read() {
        OnPostgres.Kind said = annotation == null ? OnPostgres.Kind.EMBEDDED : annotation.kind();
        if (annotation != null) {
            check(annotation);
        }
        OnPostgres.Kind kind = parameters.kind().orElse(said);
        OnPostgres details = kind == said ? annotation : null;
        return switch (kind) {
            case EMBEDDED -> embedded(details);
            case CONTAINER -> container(details);
        };
    }

    private void check(OnPostgres given) {
        if (given.version() != 0 && given.version() < EmbeddedSettings.OLDEST_VERSION) {
            throw misuse(
                    "version to be at least " + EmbeddedSettings.OLDEST_VERSION,
                    Misuse.attribute("version", given.version()));
        }
        if (given.version() != 0 && given.kind() != OnPostgres.Kind.EMBEDDED) {
            throw misuse("version beside kind = EMBEDDED", both(given, Misuse.attribute("version", given.version())));
        }
        if (!given.image().isBlank() && given.kind() != OnPostgres.Kind.CONTAINER) {
            throw misuse("image beside kind = CONTAINER", both(given, Misuse.attribute("image", given.image())));
        }
    }

    private static String both(OnPostgres given, String attribute) {
        return attribute + " beside " + Misuse.attribute("kind", given.kind());
    }

    private ServerChoice embedded(@Nullable OnPostgres details) {
        EmbeddedSettings settings = EmbeddedSettings.defaults();
        if (!parameters.durable()) {
            settings = settings.withoutDurability();
        }
        int version = parameters.version().orElse(details == null ? 0 : details.version());
        if (version != 0) {
            settings = settings.withMajorVersion(version);
        }
        for (Map.Entry<String, String> setting : settings(details).entrySet()) {
            settings = with(settings, setting);
        }
        return new ServerChoice.Embedded(settings);
    }

    private EmbeddedSettings with(EmbeddedSettings settings, Map.Entry<String, String> setting) {
        try {
            return settings.withServerSetting(setting.getKey(), setting.getValue());
        } catch (IllegalArgumentException e) {
            PlanException misuse = misuse("settings that a rehearsal may change", String.valueOf(e.getMessage()));
            misuse.initCause(e);
            throw misuse;
        }
    }

    private ServerChoice container(@Nullable OnPostgres details) {
        String said =
                details == null || details.image().isBlank() ? ServerChoice.Container.DEFAULT_IMAGE : details.image();
        return new ServerChoice.Container(parameters.image().orElse(said), parameters.durable(), settings(details));
    }

    private Map<String, String> settings(@Nullable OnPostgres details) {
        return details == null ? Map.of() : NameValues.read(OnPostgres.class, testClass, details.settings());
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(OnPostgres.class, testClass, expected, found);
    }
}
