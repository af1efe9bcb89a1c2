package dev.zdm.report;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.Relation;
import dev.zdm.verdict.Findings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Words the rehearsals of a change behind long transactions. */
final class CompanyWording {
    private CompanyWording() {}

    /** Returns who held what: {@code a reporting query held customer (ACCESS SHARE)}. */
    static String holds(CompanyRehearsal rehearsal) {
        return rehearsal.company().label() + " held " + tables(rehearsal) + " ("
                + rehearsal.company().mode().sqlName() + ")";
    }

    /** Returns what a rehearsal showed, in a line. */
    static String line(CompanyRehearsal rehearsal) {
        return "behind " + rehearsal.company().label() + " on " + tables(rehearsal) + " " + outcome(rehearsal) + ", "
                + waits(rehearsal) + " (rehearsed in "
                + Format.seconds(rehearsal.history().length()) + ")";
    }

    private static String tables(CompanyRehearsal rehearsal) {
        return rehearsal.tables().stream().map(Relation::toString).collect(Collectors.joining(", "));
    }

    private static String outcome(CompanyRehearsal rehearsal) {
        List<StatementRun> runs = rehearsal.history().statements();
        String after = runs.isEmpty()
                ? ""
                : " after "
                        + Format.millis(Duration.between(
                                runs.get(0).begin(), runs.get(runs.size() - 1).end()));
        StatementRun failed = rehearsal.history().changeFailure();
        if (failed != null && failed.failure() != null) {
            return what(rehearsal) + " failed" + after + " with SQLSTATE "
                    + failed.failure().sqlState();
        }
        return what(rehearsal) + (rehearsal.met() ? " got through" + after : " did not have to wait");
    }

    private static String what(CompanyRehearsal rehearsal) {
        return rehearsal.ofRollback() ? "the rollback" : "the change";
    }

    private static String waits(CompanyRehearsal rehearsal) {
        List<LockWait> waits = Findings.causedByMigration(rehearsal.history());
        return waits.isEmpty()
                ? "no operation waited for it"
                : Format.count(waits.size(), "operation") + " waited for it, longest "
                        + Format.millis(waits.get(0).causedDuration());
    }
}
