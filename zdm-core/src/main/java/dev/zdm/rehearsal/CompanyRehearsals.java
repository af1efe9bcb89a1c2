package dev.zdm.rehearsal;

import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.plan.BlockingSession;
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
 * Rehearses a change once more behind each kind of long transaction that its locks conflict with: what is a matter of
 * milliseconds alone can stop the application for as long as a report runs.
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
     * Rehearses the change of a phase.
     *
     * @param inspected what the quiet pass found
     * @param alone what the change did without company
     * @param before the database as it was before the change; it stays open
     */
    List<CompanyRehearsal> run(int phase, Inspected inspected, PhaseHistory alone, Database before)
            throws SQLException, InterruptedException {
        List<CompanyRehearsal> rehearsals = new ArrayList<>();
        for (Company company : Company.values()) {
            List<Relation> tables = CompanyTables.of(company, inspected.footprints(), inspected.use());
            if (!tables.isEmpty()) {
                rehearsals.add(run(phase, inspected, guest(company, tables, alone), before));
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

    private CompanyRehearsal run(int phase, Inspected inspected, Guest guest, Database before)
            throws SQLException, InterruptedException {
        RehearsalPlan single = plan.changeAlone(phase).withLoad(shortLoad());
        progress.phase(
                plan.phases().get(phase).name(), "behind " + guest.company().label());
        Instant begin = Instant.now();
        try (Stage stage = Stage.open(single, before.copy(), server)) {
            PhaseRehearsal rehearsal = new PhaseRehearsal(stage, 0, ProgressListener.silent(), guest);
            PhaseHistory history = rehearsal.run(inspected, begin);
            return new CompanyRehearsal(guest.company(), guest.tables(), rehearsal.metCompany(), history);
        }
    }

    private LoadProfile shortLoad() {
        LoadProfile usual = plan.load();
        Duration shortest = usual.minimumWindow().compareTo(WINDOW) < 0 ? usual.minimumWindow() : WINDOW;
        return new LoadProfile(usual.ratePerSecond(), usual.workers(), 1, shortest, usual.maximumWindow());
    }
}
