package dev.zdm.inspection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.change.ChangeException;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Runs;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Traffic;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LedgerBook;
import dev.zdm.workload.QuietVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Runs every operation of both versions around the change of a phase: before it, after it on sessions from before and on
 * new ones, and after its rollback.
 *
 * <p>Before the change only those versions run that have traffic then: what another one writes might be in its way. Where
 * a failure may be due to the data rather than to the schema, the same runs are made once more on a copy that is not
 * changed.
 */
final class CompatibilityProbe implements AutoCloseable {
    private static final int RUNS = 25;
    private static final int RUNS_NOT_NEEDED = 5;

    private final RehearsalPlan plan;
    private final Traffic traffic;
    private final Change change;
    private final @Nullable Change undo;
    private final LimitedChange limited;
    private final LedgerBook book;
    private final List<Runnable> open = new ArrayList<>();
    private final List<FlagStep> flags;
    private final Map<Row, Map<State, Runs>> runs = new LinkedHashMap<>();
    private FlagStep now;

    private record Row(OperationName operation, FlagStep flags) {}

    private CompatibilityProbe(RehearsalPlan plan, int phase, LimitedChange limited) {
        this.plan = plan;
        this.traffic = plan.trafficOf(phase);
        this.change = plan.phases().get(phase).change();
        this.undo = plan.phases().get(phase).undo().orElse(null);
        this.flags = plan.flagsOf(phase);
        this.now = flags.get(0);
        this.limited = limited;
        this.book = QuietVersion.book(plan.baseline().rows());
    }

    /**
     * Carries out the change of a phase on copies of the database as it was before it, and runs the operations.
     *
     * @param around the databases; they stay as they are
     * @throws InterruptedException if the calling thread is interrupted; the change is stopped then
     */
    static Compatibility of(RehearsalPlan plan, int phase, AroundChange around, LimitedChange limited)
            throws InterruptedException {
        boolean isFirst =
                plan.phases().subList(0, phase).stream().allMatch(earlier -> earlier.change() instanceof Change.None);
        Database before = around.before();
        long began = System.nanoTime();
        String unknown;
        Map<Row, Map<State, Runs>> found;
        try (CompatibilityProbe probe = new CompatibilityProbe(plan, phase, limited)) {
            if (around.after() != null && !isFirst && probe.undo == null) {
                probe.runAfter(probe.copy(around.after()));
                unknown = null;
            } else {
                unknown = probe.aroundTheChange(probe.copy(before), isFirst ? before : null);
            }
            found = probe.runs;
        }
        Map<Row, Runs> unchanged = Map.of();
        List<Cell> cells = cells(plan.trafficOf(phase), found, unchanged);
        if (cells.stream().anyMatch(CompatibilityProbe::mayBeDueToTheData)) {
            try (CompatibilityProbe control = new CompatibilityProbe(plan, phase, limited)) {
                unchanged = control.withoutTheChange(control.copy(before));
            }
            cells = cells(plan.trafficOf(phase), found, unchanged);
        }
        return new Compatibility(cells, unknown, Duration.ofNanos(System.nanoTime() - began));
    }

    private @Nullable String aroundTheChange(Database copy, @Nullable Database baseline) throws InterruptedException {
        turnTo(flags.get(0));
        Map<VersionRole, QuietVersion> warm = new EnumMap<>(VersionRole.class);
        for (VersionRole role : running(traffic.first())) {
            QuietVersion version = version(role, prepared(copy));
            note(State.BEFORE, version.run(RUNS));
            warm.put(role, version);
        }
        if (baseline != null && warm.size() < VersionRole.values().length) {
            Database apart = copy(baseline);
            for (VersionRole role : VersionRole.values()) {
                if (!warm.containsKey(role)) {
                    note(State.BEFORE, version(role, QuietSessions.of(apart)).run(RUNS_NOT_NEEDED));
                }
            }
        }
        Optional<String> failure = carryOut(change, copy);
        if (failure.isPresent()) {
            return "the change failed when it was carried out on a database on which operations had run before: "
                    + failure.get();
        }
        warm.values().forEach(version -> note(State.WARM, version.run(RUNS)));
        runAfter(copy);
        if (undo == null) {
            return null;
        }
        failure = carryOut(undo, copy);
        if (failure.isPresent()) {
            return "the rollback failed on a database on which operations had run after the change: " + failure.get();
        }
        turnTo(flags.get(0));
        runAll(State.UNDONE, copy, running(traffic.first()));
        return null;
    }

    private void runAfter(Database copy) {
        for (FlagStep step : flags) {
            turnTo(step);
            runAll(State.AFTER, copy, running(traffic));
        }
    }

    private void turnTo(FlagStep step) {
        now = step;
        plan.turnTo(step);
    }

    /** Those that have traffic first. */
    private void runAll(State state, Database copy, Set<VersionRole> needed) {
        needed.forEach(role -> note(state, version(role, prepared(copy)).run(RUNS)));
        for (VersionRole role : VersionRole.values()) {
            if (!needed.contains(role)) {
                note(state, version(role, prepared(copy)).run(RUNS_NOT_NEEDED));
            }
        }
    }

    private Map<Row, Runs> withoutTheChange(Database copy) {
        Map<Row, Runs> last = new LinkedHashMap<>();
        List<QuietVersion> versions = running(traffic).stream()
                .map(role -> version(role, prepared(copy)))
                .toList();
        for (int i = 0; i < State.values().length; i++) {
            for (FlagStep step : flags) {
                turnTo(step);
                versions.forEach(version ->
                        version.run(RUNS).forEach((operation, done) -> last.put(new Row(operation, step), done)));
            }
        }
        return last;
    }

    private static boolean mayBeDueToTheData(Cell cell) {
        return (cell.needed() || cell.neededUndone())
                && cell.runs().keySet().stream()
                        .filter(state -> state != State.BEFORE)
                        .anyMatch(state -> cell.failure(state)
                                .filter(failure -> !failure.isByNames())
                                .isPresent());
    }

    private static List<Cell> cells(Traffic traffic, Map<Row, Map<State, Runs>> found, Map<Row, Runs> unchanged) {
        List<Cell> cells = new ArrayList<>();
        found.forEach((row, runs) -> cells.add(new Cell(
                row.operation(),
                row.flags(),
                running(traffic).contains(row.operation().version()),
                running(traffic.first()).contains(row.operation().version()),
                runs,
                unchanged.getOrDefault(row, Runs.NONE))));
        cells.sort(Comparator.comparing((Cell cell) -> cell.operation().version())
                .thenComparing(cell -> cell.operation().operation()));
        return cells;
    }

    private void note(State state, Map<OperationName, Runs> all) {
        all.forEach(
                (operation, done) -> runs.computeIfAbsent(new Row(operation, now), row -> new EnumMap<>(State.class))
                        .put(state, done));
    }

    private Optional<String> carryOut(Change what, Database copy) throws InterruptedException {
        ChangeException failure =
                limited.carryOut(what, copy, () -> QuietSessions.of(copy).getConnection(), StatementListener.NONE);
        return Optional.ofNullable(failure).map(thrown -> String.valueOf(thrown.getMessage()));
    }

    private static Set<VersionRole> running(Traffic traffic) {
        Set<VersionRole> running = EnumSet.noneOf(VersionRole.class);
        traffic.oldPercents().forEach(share -> running.addAll(running(share)));
        return running;
    }

    private static Set<VersionRole> running(int oldPercent) {
        if (oldPercent == 100) {
            return EnumSet.of(VersionRole.OLD);
        }
        return oldPercent == 0 ? EnumSet.of(VersionRole.NEW) : EnumSet.allOf(VersionRole.class);
    }

    private QuietVersion version(VersionRole role, DataSource source) {
        ApplicationVersion version = plan.version(role);
        QuietVersion quiet = new QuietVersion(version, role, source, book);
        open.add(0, quiet::close);
        return quiet;
    }

    private Database copy(Database database) {
        Database copy = database.copy();
        open.add(0, copy::close);
        return copy;
    }

    /**
     * Sessions that stay open, as those of an application's pool do, and whose statements are prepared at once, if the
     * application prepares any.
     */
    private HikariDataSource prepared(Database copy) {
        PGSimpleDataSource source = QuietSessions.of(copy);
        source.setPrepareThreshold(QuietSessions.prepares(copy) ? 1 : 0);
        HikariConfig config = new HikariConfig();
        config.setPoolName("zdm compatibility");
        config.setDataSource(source);
        config.setMaximumPoolSize(4); // Room for operations that need several at the same time.
        config.setMinimumIdle(0);
        config.setIdleTimeout(0);
        config.setMaxLifetime(0);
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        open.add(0, pool::close);
        return pool;
    }

    /** Closes the versions, then their sessions, then the copies that they are on. */
    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}
