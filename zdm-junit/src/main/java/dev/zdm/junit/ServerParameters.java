package dev.zdm.junit;

import dev.zdm.database.EmbeddedSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What configuration parameters say of the server.
 *
 * @param kind what kind of server it is, instead of the annotation's
 * @param version the major version of an embedded server instead of the annotation's
 * @param image the image of a container instead of the annotation's
 * @param url the address of an external server instead of the annotation's
 * @param allow the databases of an external server that may be in use, instead of the annotation's
 * @param pooler the address of a pooling proxy instead of the annotation's
 * @param inPlace whether the database of the address itself is worked in, instead of the annotation's
 * @param durable whether commits reach the disk; empty: nothing is said
 */
record ServerParameters(
        Optional<OnPostgres.Kind> kind,
        Optional<Integer> version,
        Optional<String> image,
        Optional<String> url,
        Optional<List<String>> allow,
        Optional<String> pooler,
        Optional<Boolean> inPlace,
        Optional<Boolean> durable) {
    /** Says nothing. */
    static final ServerParameters NONE = new ServerParameters(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Reads {@code zdm.database} and what belongs to it. */
    static ServerParameters from(ParameterReader reader) {
        return new ServerParameters(
                reader.oneOf("zdm.database", OnPostgres.Kind.class),
                reader.integer("zdm.postgres.version", EmbeddedSettings.OLDEST_VERSION),
                reader.text("zdm.container.image", "the name of an image"),
                reader.text("zdm.external.url", "jdbc:postgresql://host:port/database"),
                reader.text("zdm.external.allow", "names of databases with commas between them")
                        .map(names ->
                                Stream.of(names.split(",")).map(String::strip).toList()),
                reader.text("zdm.pooler.url", "jdbc:postgresql://host:port/database"),
                onOrOff(reader, "zdm.external.inPlace"),
                onOrOff(reader, "zdm.durability"));
    }

    private static Optional<Boolean> onOrOff(ParameterReader reader, String name) {
        return reader.oneOf(name, Switch.class).map(Switch.ON::equals);
    }

    private enum Switch {
        ON,
        OFF
    }
}
