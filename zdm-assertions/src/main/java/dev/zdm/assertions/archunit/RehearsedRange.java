package dev.zdm.assertions.archunit;

import dev.zdm.change.FlywayVersions;
import java.util.List;

/**
 * The migrations that one class rehearses.
 *
 * @param className the class's simple name
 * @param locations where its migrations are
 * @param from the version it starts after
 * @param targets the versions it migrates to; empty: to the newest there is
 */
record RehearsedRange(String className, List<String> locations, String from, List<String> targets) {
    private static final String CLASSPATH = "classpath:";

    RehearsedRange {
        locations = List.copyOf(locations);
        targets = List.copyOf(targets);
    }

    boolean covers(String location, String version, FlywayVersions versions) {
        return locations.stream().anyMatch(own -> contains(own, location))
                && versions.isOlder(from, version)
                && (targets.isEmpty() || targets.stream().anyMatch(target -> !versions.isOlder(target, version)));
    }

    private static boolean contains(String folder, String location) {
        return (path(location) + "/").startsWith(path(folder) + "/");
    }

    private static String path(String location) {
        String path = location.startsWith(CLASSPATH) ? location.substring(CLASSPATH.length()) : location;
        return path.replaceAll("^/+|/+$", "");
    }

    @Override
    public String toString() {
        String upTo = targets.isEmpty() ? "" : " up to " + String.join(", ", targets);
        return className + " rehearses those in " + String.join(", ", locations) + " after " + from + upTo;
    }
}
