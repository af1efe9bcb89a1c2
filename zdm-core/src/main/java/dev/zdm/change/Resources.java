package dev.zdm.change;

import dev.zdm.plan.PlanException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads scripts from the class path, or from files where the class path has none. */
public final class Resources {
    private static final String CLASSPATH = "classpath:";

    private Resources() {}

    /**
     * Returns the text of a script.
     *
     * @throws PlanException if there is none of that name
     */
    public static String text(String resource) {
        return text("script", resource);
    }

    /**
     * Returns the text of a resource or file.
     *
     * @param kind what it is, in words
     * @throws PlanException if there is none of that name
     */
    public static String text(String kind, String resource) {
        String name = resource.startsWith(CLASSPATH) ? resource.substring(CLASSPATH.length()) : resource;
        try (InputStream stream = classLoader().getResourceAsStream(name)) {
            if (stream != null) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (Files.isRegularFile(Path.of(name))) {
                return Files.readString(Path.of(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
        throw new PlanException(
                kind + " '" + resource + "' not found: neither a resource of the class path nor a file in "
                        + Path.of("").toAbsolutePath());
    }

    /** Returns the last part of a resource's name. */
    static String name(String resource) {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : Resources.class.getClassLoader();
    }
}
