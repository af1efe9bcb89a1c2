package dev.zdm.cases;

import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.RehearsalPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * One migration of the hazard catalogue's examples.
 *
 * @param entry the id of the catalogue's entry
 * @param side {@code bad} or {@code good}
 * @param migration what it does
 */
record CatalogueExample(String entry, String side, MigrationCase migration) {
    static final String BAD = "bad";
    static final String GOOD = "good";

    private static final List<String> FILES = List.of(
            "rewrites",
            "scans",
            "write-blocks",
            "queues",
            "gone-names",
            "new-meanings",
            "new-rules",
            "broken-changes",
            "drifts",
            "backfills");

    // The tables are small and the statements quick: what is to be seen is seen in a moment.
    private static final LoadProfile LOAD = LoadProfile.DEFAULT.withRate(200).withWorkers(2);

    private static final int WINDOW_MILLIS = 100;

    /** Returns both examples of every entry, the bad one first. */
    static List<CatalogueExample> all() {
        return FILES.stream().flatMap(CatalogueExample::pairs).toList();
    }

    /** Returns what is often feared and does no harm. */
    static List<CatalogueExample> harmless() {
        return read("harmless").map(CatalogueExample::harmless).toList();
    }

    private static Stream<CatalogueExample> pairs(String file) {
        return read(file).flatMap(entry -> Stream.of(of(entry, BAD), of(entry, GOOD)));
    }

    private static Stream<Map<String, Object>> read(String file) {
        try (InputStream yaml = CatalogueExample.class.getResourceAsStream("/dev/zdm/catalogue/" + file + ".yaml")) {
            List<Map<String, Object>> entries = new Yaml().load(yaml);
            return entries.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CatalogueExample of(Map<String, Object> fields, String side) {
        String entry = String.valueOf(fields.get("entry"));
        Map<String, Object> all = new HashMap<>(fields);
        ((Map<?, ?>) fields.get(side)).forEach((field, value) -> all.put(String.valueOf(field), value));
        all.put("id", entry + " " + side);
        return new CatalogueExample(entry, side, new MigrationCase(all));
    }

    private static CatalogueExample harmless(Map<String, Object> fields) {
        return new CatalogueExample(String.valueOf(fields.get("id")), GOOD, new MigrationCase(fields));
    }

    Map<String, Object> fields() {
        return migration.fields();
    }

    boolean isBad() {
        return side.equals(BAD);
    }

    RehearsalPlan plan() {
        int window = (Integer) fields().getOrDefault("window_ms", WINDOW_MILLIS);
        return migration.plan().withLoad(LOAD.withWindows(Duration.ofMillis(window), Duration.ofSeconds(30)));
    }

    @Override
    public String toString() {
        return migration.id();
    }
}
