package dev.zdm.cases;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.PostgresServer;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/**
 * One measured migration of {@code cases.yaml} or {@code more-cases.yaml}.
 *
 * @param fields the fields as they stand in the file
 */
record MigrationCase(Map<String, Object> fields) {
    private static final LoadProfile LOAD =
            LoadProfile.DEFAULT.withWindows(Duration.ofMillis(250), Duration.ofSeconds(30));

    /**
     * Returns the cases whose id matches the system property {@code zdm.cases}; without it all of {@code cases.yaml}, and
     * of {@code more-cases.yaml} those that are marked {@code ci: true}.
     */
    static Stream<MigrationCase> selected() {
        String ids = System.getProperty("zdm.cases", "");
        Predicate<MigrationCase> matches = example -> example.id().matches(ids);
        return ids.isEmpty()
                ? Stream.concat(read("cases.yaml"), read("more-cases.yaml").filter(MigrationCase::runsAlways))
                : Stream.concat(read("cases.yaml"), read("more-cases.yaml")).filter(matches);
    }

    /** Returns a case of {@code cases.yaml}. */
    static MigrationCase of(String id) {
        return read("cases.yaml")
                .filter(example -> example.id().equals(id))
                .findAny()
                .orElseThrow();
    }

    private static Stream<MigrationCase> read(String file) {
        try (InputStream yaml = MigrationCase.class.getResourceAsStream(file)) {
            List<Map<String, Object>> cases = new Yaml().load(yaml);
            return cases.stream().map(MigrationCase::new).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String id() {
        return text("id");
    }

    private boolean runsAlways() {
        return Boolean.TRUE.equals(fields.get("ci"));
    }

    /** Returns why the verdict is known to be wrong as yet, if it is. */
    Optional<String> pending() {
        return Optional.ofNullable(fields.get("pending")).map(String::valueOf);
    }

    /** Skips the test that runs it on a server that is too old to have what it shows. */
    void assumeKnownTo(PostgresServer server) {
        int major = Integer.parseInt(server.version().split("\\.")[0]);
        Object oldest = fields.getOrDefault("pg_min", 0);
        assumeTrue(major >= (Integer) oldest, () -> "PostgreSQL has it since " + oldest);
    }

    boolean isSafe() {
        return text("expect").equals("safe");
    }

    String hazard() {
        return text("hazard");
    }

    /** Returns the plan: nothing but SQL through the public API. */
    RehearsalPlan plan() {
        RehearsalPlan plan = RehearsalPlan.named(
                        id(), Baseline.ofSql(list("setup").toArray(String[]::new)))
                .withVersions(version("old_app"), version("new_app"))
                .withLoad(LOAD)
                .withPhase(phase());
        for (String query : list("invariant")) {
            plan = plan.withInvariant(
                    Invariant.of("no row in: " + query, query).from("migration").whenDrained());
        }
        if (fields.get("blocker") instanceof Map<?, ?> blocker) {
            // An idle session of pgjdbc keeps its last query's snapshot, and a concurrent build waits for it;
            // that of the files is one as psql leaves it.
            List<String> statements = new ArrayList<>(strings(blocker.get("sql")));
            statements.add("savepoint idle");
            long millis = Math.round(((Number) blocker.get("hold_s")).doubleValue() * 1000);
            plan = plan.withBlocker(new BlockingSession(statements, Duration.ofMillis(millis)));
        }
        return plan;
    }

    private Phase phase() {
        boolean transactional = Boolean.TRUE.equals(fields.get("transaction"));
        Phase change = Phase.of("migration", new Change.Statements(list("migration"), transactional));
        Phase phase = Boolean.TRUE.equals(fields.get("backfill")) ? change.asBackfill() : change;
        if (list("new_app").isEmpty()) {
            return phase.withTraffic(100);
        }
        return "start".equals(fields.get("new_app_from")) ? phase.withTraffic(50) : phase.withTraffic(100, 50);
    }

    private ApplicationVersion version(String field) {
        List<String> statements = list(field);
        return statements.isEmpty()
                ? ApplicationVersion.absent()
                : ApplicationVersion.ofSql(SqlOperation.of("session", statements.toArray(String[]::new)));
    }

    private String text(String field) {
        return String.valueOf(fields.get(field));
    }

    private List<String> list(String field) {
        return strings(fields.get(field));
    }

    private static List<String> strings(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    @Override
    public String toString() {
        return id();
    }
}
