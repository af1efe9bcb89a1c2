package dev.zdm.rehearsal;

import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.inspection.Inspection;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SeededRows;
import dev.zdm.observation.ServerFacts;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.verdict.Checks;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.OpenReleases;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A rehearsal under way: both passes over the phases of a plan, in order. For use by one thread.
 *
 * <pre>{@code
 * RehearsalResult result = Rehearsal.run(plan, server);
 * }</pre>
 */
public final class Rehearsal implements AutoCloseable {
    private final RehearsalPlan given;
    private final OpenReleases releases;
    private final RehearsalPlan plan;
    private final PostgresServer server;
    private final PostgresServer copies;
    private final ProgressListener progress;
    private final long beganNanos = System.nanoTime();
    private final Inspection inspection;
    private final Stage stage;
    private final Duration freshDatabase;
    private final List<SeededRows> seeded;
    private final List<PhaseResult> results = new ArrayList<>();
    private final CrashLab crashes;
    private boolean closed;

    private Rehearsal(RehearsalPlan resolved, OpenReleases releases, PostgresServer server, ProgressListener progress)
            throws SQLException {
        this.given = resolved;
        this.releases = releases;
        this.plan = releases.plan().withFlagBoard();
        this.server = server;
        this.progress = progress;
        this.copies = server.forCopies();
        this.crashes = new CrashLab(plan, copies);
        progress.phase(plan.name(), "baseline");
        BaselineBuilder builder = new BaselineBuilder(plan.baseline());
        Database quiet = builder.fresh(copies);
        try {
            this.seeded = BaselineBuilder.seed(plan.baseline(), quiet);
            this.inspection = new Inspection(plan, quiet);
            long began = System.nanoTime();
            Database loaded = builder.fresh(server);
            this.freshDatabase = Duration.ofNanos(System.nanoTime() - began);
            seedOrClose(loaded);
            this.stage = Stage.open(plan, loaded, server);
        } catch (SQLException | RuntimeException e) {
            quiet.close();
            throw e;
        }
    }

    private void seedOrClose(Database loaded) throws SQLException {
        try {
            BaselineBuilder.seed(plan.baseline(), loaded);
        } catch (SQLException | RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    /**
     * Checks everything that can be checked of a plan without a database.
     *
     * @return the plan with its phases; where it had none, every pending Flyway migration is one, and the roll-out is the
     *     last
     * @throws PlanException if the plan cannot be rehearsed as it stands
     */
    public static RehearsalPlan resolve(RehearsalPlan plan) {
        return new PlanResolver(plan).resolve();
    }

    /**
     * Prepares a rehearsal: two fresh databases with the baseline.
     *
     * @param resolved what {@link #resolve} returned
     * @param server where; it stays open
     * @throws PlanException if the baseline cannot be built, or a release cannot be had
     */
    public static Rehearsal open(RehearsalPlan resolved, PostgresServer server, ProgressListener progress) {
        OpenReleases releases = OpenReleases.of(resolved);
        try {
            return new Rehearsal(resolved, releases, server, progress);
        } catch (RuntimeException e) {
            releases.close();
            throw e;
        } catch (SQLException e) {
            releases.close();
            throw new RehearsalException("the rehearsal '" + resolved.name() + "' cannot begin", e);
        }
    }

    /** Rehearses a whole plan on a server, up to the first phase that is not passed. */
    public static RehearsalResult run(RehearsalPlan plan, PostgresServer server) {
        RehearsalPlan resolved = resolve(plan);
        try (Rehearsal rehearsal = open(resolved, server, ProgressListener.silent())) {
            boolean passed = true;
            while (passed && rehearsal.hasNext()) {
                passed = rehearsal.runNext().verdict().isPassed();
            }
            return rehearsal.result();
        }
    }

    /** Returns whether there is a phase that has not been rehearsed. */
    public boolean hasNext() {
        return results.size() < plan.phases().size();
    }

    /**
     * Rehearses the next phase.
     *
     * <p>When the calling thread is interrupted, the change is stopped, the rehearsal ends at once and is closed, and the
     * thread's interrupt flag is set again; the message says who waited for whom.
     *
     * @throws RehearsalException if the server was lost or the thread was interrupted
     * @throws PlanException if a release lacks what its workload needs
     */
    public PhaseResult runNext() {
        int index = results.size();
        String name = plan.phases().get(index).name();
        Instant begin = stage.clock().now();
        try {
            progress.phase(name, "inspection");
            Inspection.Inspected inspected = inspect(index);
            releases.requireComplete();
            CrashHistory crashed = crashes.run(index, inspected, progress);
            BackfillHistory backfill = inspection.backfill(index, inspected);
            PhaseHistory history = new PhaseRehearsal(stage, index, progress)
                    .run(inspected, begin)
                    .withCrashes(crashed)
                    .withBackfill(backfill);
            List<CompanyRehearsal> company = !wantsCompany(index) || history.changeFailure() != null
                    ? List.of()
                    : new CompanyRehearsals(plan, copies, progress).run(index, inspected, history, inspection);
            releases.requireComplete();
            PhaseResult result = Checks.judge(history, company, plan.tolerance(), plan.demands());
            results.add(result);
            progress.done(result);
            return result;
        } catch (InterruptedException e) {
            throw interrupted(name, e);
        } catch (SQLException e) {
            throw new RehearsalException("phase '" + name + "' could not be observed: " + e.getMessage(), e);
        }
    }

    private Inspection.Inspected inspect(int phase) throws SQLException, InterruptedException {
        Inspection.Inspected inspected = inspection.inspect(phase);
        rehearseLongReader(phase, inspected);
        boolean isChanged = !(plan.phases().get(phase).change() instanceof Change.None);
        return isChanged && inspected.failure() == null
                ? inspected.with(inspection.compatibility(phase, inspected))
                : inspected;
    }

    /** What the change does to a long reader on the replica goes into the history of the phase. */
    private void rehearseLongReader(int phase, Inspection.Inspected inspected)
            throws SQLException, InterruptedException {
        Change change = plan.phases().get(phase).change();
        ReplicaStage replica = stage.replica();
        if (replica != null
                && replica.replica().longReader()
                && inspected.failure() == null
                && !(change instanceof Change.None)) {
            progress.phase(plan.phases().get(phase).name(), "change behind a long reader on the replica");
            replica.note(
                    new LongReaderRehearsal(replica.standby(), plan.tolerance().changeTime())
                            .run(change, LongReaderRehearsal.tables(inspected), inspection.before()));
        }
    }

    private boolean wantsCompany(int phase) {
        return plan.demands().contains(Demand.PATIENT)
                && !(plan.phases().get(phase).change() instanceof Change.None);
    }

    private RehearsalException interrupted(String phase, InterruptedException e) {
        String doing = e.getMessage() == null ? "" : ": " + e.getMessage();
        RehearsalException broken = new RehearsalException("phase '" + phase + "' was interrupted" + doing, e);
        try {
            close();
        } catch (RehearsalException failure) {
            broken.addSuppressed(failure);
        }
        Thread.currentThread().interrupt();
        return broken;
    }

    /**
     * Returns who waits for whom on the rehearsal's database now, a line for each session that waits for a lock.
     *
     * <p>Safe for use by any thread while the rehearsal is open.
     */
    public String lockWaits() {
        return stage.lockWaits();
    }

    /** Returns the result of the phases rehearsed so far. */
    public RehearsalResult result() {
        return new RehearsalResult(
                given,
                new ServerFacts(server.kind(), server.version(), server.settings(), server.limits()),
                freshDatabase,
                Duration.ofNanos(System.nanoTime() - beganNanos),
                results,
                seeded);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (releases;
                crashes;
                inspection) {
            stage.close();
        } catch (SQLException e) {
            throw new RehearsalException("the rehearsal '" + plan.name() + "' could not be ended", e);
        }
    }
}
