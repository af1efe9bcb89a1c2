package dev.zdm.rehearsal;

import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.inspection.Inspection;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.BlockingSession;
import dev.zdm.plan.Change;
import dev.zdm.plan.Company;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.Relation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rehearses a change, and its rollback, once more behind each kind of long transaction that its locks conflict with: what
 * is a matter of milliseconds alone can stop the application for as long as a report runs.
 *
 * <p>The long transaction goes as soon as the change has waited for it for a while: long enough for the application to
 * wait beyond the tolerance behind a change that waits without limit, and for one that tries again to get through.
 */
final class CompanyRehearsals {
    /** A second, and three times what the application may wait, is told apart from any hiccup of the machine. */
    private static final Duration SHORTEST_CHANCE = Duration.ofSeconds(1);

    private static final int TOLERANCES = 3;
    private static final Duration LATEST = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMillis(200);

    private final RehearsalPlan plan;
    private final PostgresServer server;
    private final ProgressListener progress;

    CompanyRehearsals(RehearsalPlan plan, PostgresServer server, ProgressListener progress) {
        this.plan = plan;
        this.server = server;
        this.progress = progress;
    }

    /**
     * Rehearses the change of a phase, and its rollback where that was rehearsed under load.
     *
     * @param inspected what the quiet pass found
     * @param alone what the change did without company
     * @param inspection has the database as it was before the change, and as it is after it
     */
    List<CompanyRehearsal> run(int phase, Inspected inspected, PhaseHistory alone, Inspection inspection)
            throws SQLException, InterruptedException {
        List<CompanyRehearsal> rehearsals = new ArrayList<>(
                run(new Subject(false, plan.changeAlone(phase), inspected, alone, inspection.before())));
        Change undo = plan.phases().get(phase).rollback();
        PhaseHistory back = alone.wayBack().back();
        if (undo != null && back != null && back.changeFailure() == null) {
            rehearsals.addAll(run(new Subject(
                    true, plan.rollbackAlone(phase, undo), inspected.ofRollback(), back, inspection.after())));
        }
        return rehearsals;
    }

    /**
     * What is rehearsed.
     *
     * @param plan has it as its only phase
     * @param alone what it did without company
     * @param before the database as it was before it; it stays open
     */
    private record Subject(
            boolean isRollback, RehearsalPlan plan, Inspected inspected, PhaseHistory alone, Database before) {}

    private List<CompanyRehearsal> run(Subject subject) throws SQLException, InterruptedException {
        List<CompanyRehearsal> rehearsals = new ArrayList<>();
        for (Company company : Company.values()) {
            List<Relation> tables = CompanyTables.of(
                    company,
                    subject.inspected().footprints(),
                    subject.inspected().use());
            if (!tables.isEmpty()) {
                rehearsals.add(run(subject, guest(company, tables, subject.alone())));
            }
        }
        return rehearsals;
    }

    /**
     * A long transaction that goes when the change has had its chance.
     *
     * @param chance how long it stays from the moment on at which the change comes to wait for it
     * @param latest how long it stays for a change that does not
     */
    record Guest(Company company, List<Relation> tables, Duration chance, Duration latest) {
        BlockingSession session(Duration longest) {
            return new BlockingSession(
                    CompanyTables.statements(company, tables), longest, company != Company.IDLE_TRANSACTION);
        }
    }

    private Guest guest(Company company, List<Relation> tables, PhaseHistory alone) {
        Duration tolerances = plan.tolerance().lockWait().multipliedBy(TOLERANCES);
        Duration chance = tolerances.compareTo(SHORTEST_CHANCE) > 0 ? tolerances : SHORTEST_CHANCE;
        return new Guest(company, tables, chance, took(alone).multipliedBy(2).plus(LATEST));
    }

    private static Duration took(PhaseHistory alone) {
        var runs = alone.statements();
        return runs.isEmpty()
                ? Duration.ZERO
                : Duration.between(
                        runs.get(0).begin(), runs.get(runs.size() - 1).end());
    }

    private CompanyRehearsal run(Subject subject, Guest guest) throws SQLException, InterruptedException {
        RehearsalPlan single = subject.plan().withLoad(shortLoad());
        progress.phase(
                single.phases().get(0).name(),
                (subject.isRollback() ? "rollback behind " : "behind ")
                        + guest.company().label());
        Instant begin = Instant.now();
        try (Stage stage = Stage.open(single, subject.before().copy(), server)) {
            PhaseRehearsal rehearsal = new PhaseRehearsal(stage, 0, ProgressListener.silent(), guest);
            PhaseHistory history = rehearsal.run(subject.inspected(), begin);
            return new CompanyRehearsal(
                    subject.isRollback(), guest.company(), guest.tables(), rehearsal.metCompany(), history);
        }
    }

    private LoadProfile shortLoad() {
        LoadProfile usual = plan.load();
        Duration shortest = usual.minimumWindow().compareTo(WINDOW) < 0 ? usual.minimumWindow() : WINDOW;
        return new LoadProfile(usual.ratePerSecond(), usual.workers(), 1, shortest, usual.maximumWindow());
    }
}
