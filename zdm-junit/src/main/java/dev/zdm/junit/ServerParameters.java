package dev.zdm.junit;

import dev.zdm.database.EmbeddedSettings;
import java.util.Optional;

/**
 * What configuration parameters say of the server.
 *
 * @param kind what kind of server it is, instead of the annotation's
 * @param version the major version of an embedded server instead of the annotation's
 * @param image the image of a container instead of the annotation's
 * @param durable whether commits reach the disk
 */
record ServerParameters(
        Optional<OnPostgres.Kind> kind, Optional<Integer> version, Optional<String> image, boolean durable) {

    /** Reads {@code zdm.database} and what belongs to it. */
    static ServerParameters from(ParameterReader reader) {
        return new ServerParameters(
                reader.oneOf("zdm.database", OnPostgres.Kind.class),
                reader.integer("zdm.postgres.version", EmbeddedSettings.OLDEST_VERSION),
                reader.text("zdm.container.image", "the name of an image"),
                reader.oneOf("zdm.durability", Switch.class)
                        .map(Switch.ON::equals)
                        .orElse(true));
    }

    private enum Switch {
        ON,
        OFF
    }
}
