package dev.zdm.junit;

import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.PlanException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads which PostgreSQL a rehearsal runs on. */
final class ServerReader {
    private static final String ALLOWED_SETTINGS = "settings that a rehearsal may change";

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
            case EXTERNAL -> external(details);
        };
    }

    private void check(OnPostgres given) {
        require(OnPostgres.Kind.EXTERNAL, given, "url", given.url(), given.url().isBlank());
        require(OnPostgres.Kind.EXTERNAL, given, "allow", given.allow(), given.allow().length == 0);
        require(OnPostgres.Kind.EXTERNAL, given, "inPlace", given.inPlace(), !given.inPlace());
        require(
                OnPostgres.Kind.EXTERNAL,
                given,
                "pooler",
                given.pooler(),
                given.pooler().isBlank());
        require(
                OnPostgres.Kind.CONTAINER,
                given,
                "image",
                given.image(),
                given.image().isBlank());
        require(OnPostgres.Kind.EMBEDDED, given, "version", given.version(), given.version() == 0);
        if (given.kind() == OnPostgres.Kind.EXTERNAL && given.settings().length > 0) {
            throw misuse(
                    "settings beside a server of zdm's own",
                    both(given, Misuse.attribute("settings", given.settings())));
        }
        if (given.version() != 0 && given.version() < EmbeddedSettings.OLDEST_VERSION) {
            throw misuse(
                    "version to be at least " + EmbeddedSettings.OLDEST_VERSION,
                    Misuse.attribute("version", given.version()));
        }
    }

    private void require(OnPostgres.Kind kind, OnPostgres given, String name, Object value, boolean absent) {
        if (!absent && given.kind() != kind) {
            throw misuse(
                    name + " beside " + Misuse.attribute("kind", kind), both(given, Misuse.attribute(name, value)));
        }
    }

    private static String both(OnPostgres given, String attribute) {
        return attribute + " beside " + Misuse.attribute("kind", given.kind());
    }

    private ServerChoice embedded(@Nullable OnPostgres details) {
        EmbeddedSettings settings = EmbeddedSettings.defaults();
        if (!durable()) {
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
            throw misuse(ALLOWED_SETTINGS, String.valueOf(e.getMessage()), e);
        }
    }

    private ServerChoice container(@Nullable OnPostgres details) {
        String said =
                details == null || details.image().isBlank() ? ServerChoice.Container.DEFAULT_IMAGE : details.image();
        try {
            return new ServerChoice.Container(parameters.image().orElse(said), durable(), settings(details));
        } catch (IllegalArgumentException e) {
            throw misuse(ALLOWED_SETTINGS, String.valueOf(e.getMessage()), e);
        }
    }

    private ServerChoice external(@Nullable OnPostgres details) {
        if (!durable()) {
            throw new PlanException(
                    "configuration parameter zdm.durability: expected none beside an external server, which"
                            + " keeps its own settings, found 'off'");
        }
        String url = parameters.url().orElse(details == null ? "" : details.url());
        if (url.isBlank()) {
            throw new PlanException("configuration parameter zdm.external.url, or url of @OnPostgres: expected"
                    + " jdbc:postgresql://host:port/database of the external server, found none");
        }
        String said = details == null || details.pooler().isBlank() ? null : details.pooler();
        String pooler = parameters.pooler().orElse(said);
        List<String> allow = parameters.allow().orElse(details == null ? List.of() : List.of(details.allow()));
        boolean inPlace = parameters.inPlace().orElse(details != null && details.inPlace());
        try {
            return new ServerChoice.External(url, Set.copyOf(allow), pooler, inPlace);
        } catch (IllegalArgumentException e) {
            throw parameters.url().or(parameters::pooler).isPresent()
                    ? new PlanException(
                            "configuration parameters zdm.external.url and zdm.pooler.url: " + e.getMessage(), e)
                    : misuse("url of a server", String.valueOf(e.getMessage()), e);
        }
    }

    private boolean durable() {
        return parameters.durable().orElse(true);
    }

    private Map<String, String> settings(@Nullable OnPostgres details) {
        return details == null ? Map.of() : NameValues.read(OnPostgres.class, testClass, details.settings());
    }

    private PlanException misuse(String expected, String found, Exception cause) {
        PlanException misuse = misuse(expected, found);
        misuse.initCause(cause);
        return misuse;
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(OnPostgres.class, testClass, expected, found);
    }
}
