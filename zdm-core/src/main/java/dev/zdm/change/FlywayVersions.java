package dev.zdm.change;

import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.PlanException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;

/** The versions of the migrations in a source, read from the names of the files, without a database. */
public final class FlywayVersions {
    private static final Pattern NAME = Pattern.compile("V([0-9][0-9._]*)__.+\\.(?:sql|class|java)");
    private static final Pattern UNDO = Pattern.compile("U([0-9][0-9._]*)__.+\\.sql");
    private static final String CLASSPATH = "classpath:";
    private static final String FILESYSTEM = "filesystem:";

    private final FlywaySource source;
    private final TreeSet<MigrationVersion> versions = new TreeSet<>();
    private final Map<MigrationVersion, String> undoScripts = new HashMap<>();

    private FlywayVersions(FlywaySource source) {
        this.source = source;
    }

    /**
     * Reads the versions of a source, up to its newest.
     *
     * @throws PlanException if a location does not exist or holds no migration, or Flyway is not there
     */
    public static FlywayVersions of(FlywaySource source) {
        requireFlyway();
        FlywayVersions versions = new FlywayVersions(source);
        for (String location : source.locations()) {
            versions.scan(location);
        }
        if (versions.versions.isEmpty()) {
            throw new PlanException("no versioned migration (V…__….sql) found in " + source.locations());
        }
        String newest = source.newest();
        if (newest != null) {
            MigrationVersion last = versions.known(newest, "the newest version of the rehearsal");
            versions.versions.tailSet(last, false).clear();
        }
        return versions;
    }

    private static void requireFlyway() {
        try {
            Class.forName("org.flywaydb.core.Flyway", false, Resources.classLoader());
        } catch (ClassNotFoundException e) {
            throw new PlanException(
                    "the plan migrates with Flyway, but Flyway is not on the class path; add org.flywaydb:flyway-core "
                            + "and org.flywaydb:flyway-database-postgresql",
                    e);
        }
    }

    /**
     * Checks that there is a migration of this version.
     *
     * @param what the words that the message uses for the version, such as {@code the baseline}
     * @throws PlanException if there is not
     */
    public void require(String version, String what) {
        known(version, what);
    }

    private MigrationVersion known(String version, String what) {
        MigrationVersion parsed = parse(version, what);
        if (!versions.contains(parsed)) {
            throw new PlanException(what + " is version '" + version + "', but there is no such migration in "
                    + source.locations() + "; the versions there are " + names(versions));
        }
        return parsed;
    }

    private static MigrationVersion parse(String version, String what) {
        try {
            return MigrationVersion.fromVersion(version);
        } catch (FlywayException e) {
            throw new PlanException(what + " is '" + version + "', which is not a version: " + e.getMessage(), e);
        }
    }

    /** Returns whether the first version is older than the second. */
    public boolean isOlder(String first, String second) {
        return MigrationVersion.fromVersion(first).compareTo(MigrationVersion.fromVersion(second)) < 0;
    }

    /** Returns the versions newer than this one, oldest first. */
    public List<String> newerThan(String version) {
        return names(versions.tailSet(MigrationVersion.fromVersion(version), false));
    }

    /** Returns whether every migration newer than the first version, up to the second, has an undo script. */
    public boolean canUndo(String from, String to) {
        return undoing(from, to).stream().allMatch(undoScripts::containsKey);
    }

    /**
     * Checks that every migration newer than this version has an undo script.
     *
     * @throws PlanException if one has none
     */
    public void requireUndo(String from, String to) {
        List<String> missing = names(undoing(from, to).stream()
                .filter(version -> !undoScripts.containsKey(version))
                .toList());
        if (!missing.isEmpty()) {
            throw new PlanException(
                    "there is no undo script (U…__….sql) for the versions " + missing + " in " + source.locations());
        }
    }

    private Set<MigrationVersion> undoing(String from, String to) {
        return versions.subSet(MigrationVersion.fromVersion(from), false, MigrationVersion.fromVersion(to), true)
                .descendingSet();
    }

    /** Returns the undo script of a version, as a class path resource or a file. */
    Optional<String> undoScript(String version) {
        return Optional.ofNullable(undoScripts.get(MigrationVersion.fromVersion(version)));
    }

    private static List<String> names(Iterable<MigrationVersion> versions) {
        List<String> names = new ArrayList<>();
        versions.forEach(version -> names.add(version.getVersion()));
        return names;
    }

    private void scan(String location) {
        try {
            boolean found = location.startsWith(FILESYSTEM)
                    ? scanFolder(Path.of(location.substring(FILESYSTEM.length())), "")
                    : scanClassPath(location.startsWith(CLASSPATH) ? location.substring(CLASSPATH.length()) : location);
            if (!found) {
                throw new PlanException("there is no migration folder '" + location
                        + "'; expected a folder of the class path or of the file system with Flyway migrations");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the migration folder " + location, e);
        }
    }

    private boolean scanClassPath(String folder) throws IOException {
        String name = folder.startsWith("/") ? folder.substring(1) : folder;
        boolean found = false;
        for (URL url : Collections.list(Resources.classLoader().getResources(name))) {
            found |= scanUrl(url, name);
        }
        return found;
    }

    private boolean scanUrl(URL url, String resource) throws IOException {
        URI uri = toUri(url);
        if (uri.getScheme().equals("file")) {
            return scanFolder(Path.of(uri), resource);
        }
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
            return scanFolder(jar.provider().getPath(uri), resource);
        } catch (FileSystemAlreadyExistsException e) {
            return scanFolder(Path.of(uri), resource); // Somebody else opened it and will close it.
        }
    }

    private static URI toUri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("not a URI: " + url, e);
        }
    }

    /**
     * Looks for migrations and undo scripts.
     *
     * @param resource the folder's name on the class path; empty: it is one of the file system
     */
    private boolean scanFolder(Path folder, String resource) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.forEach(file -> add(
                    String.valueOf(file.getFileName()),
                    resource.isEmpty() ? file.toString() : resource + "/" + folder.relativize(file)));
        }
        return true;
    }

    private void add(String name, String place) {
        Matcher migration = NAME.matcher(name);
        Matcher undo = UNDO.matcher(name);
        if (migration.matches()) {
            versions.add(MigrationVersion.fromVersion(migration.group(1)));
        } else if (undo.matches()) {
            undoScripts.put(MigrationVersion.fromVersion(undo.group(1)), place);
        }
    }
}
