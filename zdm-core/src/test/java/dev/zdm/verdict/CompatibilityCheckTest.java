package dev.zdm.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.Runs;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.observation.Window;
import dev.zdm.observation.Window.Coverage;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.FlagStep;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which failures on a quiet clone are violations. */
class CompatibilityCheckTest {
    private static final Runs GOOD = new Runs(25, List.of());

    private final Histories histories = new Histories();
    private final Map<State, Runs> runs =
            new EnumMap<>(Map.of(State.BEFORE, GOOD, State.WARM, GOOD, State.AFTER, GOOD));
    private boolean needed = true;
    private Runs unchanged = Runs.NONE;

    private static Runs failing(String sqlState, int count) {
        return new Runs(25, List.of(new Failure(new SqlState(sqlState), "no", null, count)));
    }

    private List<Finding> findings() {
        histories.compatibility = new Compatibility(
                List.of(new Cell(Histories.FIND, FlagStep.NONE, needed, true, runs, unchanged)), null, Duration.ZERO);
        return CompatibilityCheck.check(histories.history(), Tolerance.DEFAULT).findings();
    }

    private void underLoad(long succeeded) {
        histories.windows.add(new Window(
                WindowKind.AFTER_CHANGE,
                100,
                Histories.NOON,
                Duration.ofSeconds(1),
                List.of(new Coverage(Histories.FIND, succeeded, 0, 4, 4)),
                true));
    }

    @Test
    void whatWorksIsNone() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void aFailureBySchemaOfOneRunIsOne() {
        runs.put(State.AFTER, failing("42703", 1));
        underLoad(400);

        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.OLD_APP_ERROR);
            assertThat(finding.culprit()).contains(Histories.ALTER);
        });
    }

    @Test
    void aFailureOnSessionsFromBeforeIsOneByItsCodeOnly() {
        runs.put(State.WARM, failing("0A000", 1));
        assertThat(findings()).extracting(Finding::hazard).containsExactly(Hazard.CACHED_PLAN);

        runs.put(State.WARM, failing("XXXXX", 25));
        assertThat(findings()).isEmpty();
    }

    @Test
    void aFailureThatNeedsCoincidenceIsNone() {
        runs.put(State.AFTER, failing("23505", 24));
        assertThat(findings()).isEmpty();
    }

    @Test
    void aFailureOfEveryRunIsOneUnlessItComesWithoutTheChangeToo() {
        runs.put(State.AFTER, failing("23505", 25));
        assertThat(findings()).hasSize(1);

        unchanged = failing("23505", 3);
        assertThat(findings()).isEmpty();
    }

    @Test
    void whatSucceedsUnderLoadNeedsMoreThanAQuietClone() {
        runs.put(State.AFTER, failing("23505", 25));
        underLoad(1);

        assertThat(findings()).isEmpty();
    }

    @Test
    void whatTheLoadShowedIsNotToldTwice() {
        runs.put(State.AFTER, failing("42703", 25));
        histories.errors.add(Histories.error("42703", "no", 0, 9, 0));

        assertThat(findings()).isEmpty();
    }

    @Test
    void whatFailedBeforeTheChangeOrIsNotNeededIsNone() {
        runs.put(State.AFTER, failing("42703", 25));
        needed = false;
        assertThat(findings()).isEmpty();

        needed = true;
        runs.put(State.BEFORE, failing("42703", 25));
        assertThat(findings()).isEmpty();
    }

    @Test
    void aFailureAfterTheRollbackIsOneWhoseCauseIsTheRollback() {
        needed = false;
        runs.put(State.UNDONE, failing("42883", 25));

        assertThat(findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.culprit())
                        .hasValueSatisfying(cause -> assertThat(cause.source()).startsWith("the rollback")));
    }

    @Test
    void aChangeThatFailedUnderLoadLeavesNothingToJudge() {
        runs.put(State.AFTER, failing("42703", 25));
        histories.changeFailure = Histories.run(null);

        assertThat(findings()).isEmpty();
    }
}
