package dev.zdm.junit;

import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.PhaseUse;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.WayBack;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.postgres.Relation;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.InvalidIndexLeft;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.Verdict;
import dev.zdm.workload.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** Results without a rehearsal, and workloads that do nothing. */
final class Fakes {
    static final Verdict PASSED = new Verdict.Passed();
    static final Verdict VIOLATED =
            Verdict.of(List.of(new InvalidIndexLeft(new Relation("public", "customer_name_idx"), null)), List.of());
    static final Verdict INCONCLUSIVE = Verdict.of(List.of(), List.of(new Doubt.Broke("the server", "it was stopped")));

    static final Settings SETTINGS = new Settings(
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            LoadProfile.DEFAULT,
            ServerParameters.NONE,
            ProgressMode.AUTO,
            Optional.empty());

    private Fakes() {}

    static PhaseResult result(String phase, Verdict verdict) {
        return result(Phase.of(phase, Change.none()), verdict);
    }

    static PhaseResult result(Phase phase, Verdict verdict) {
        PhaseHistory history = new PhaseHistory(
                phase,
                Instant.EPOCH,
                Duration.ofMillis(4249),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                LedgerHistory.NONE,
                List.of(),
                List.of(),
                PhaseUse.NONE,
                List.of(),
                UntouchedData.NONE,
                WayBack.NONE,
                Compatibility.NONE,
                CrashHistory.NONE,
                BackfillHistory.NONE,
                ReplicaHistory.NONE,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
        return new PhaseResult(history, verdict, List.of());
    }

    static class OldApp {
        OldApp(DataSource database) {}

        @Operation
        void find() {}
    }

    static class NewApp extends OldApp {
        NewApp(DataSource database) {
            super(database);
        }
    }
}
