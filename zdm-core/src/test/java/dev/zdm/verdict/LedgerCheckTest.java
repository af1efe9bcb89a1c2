package dev.zdm.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlState;
import dev.zdm.report.DoubtWording;
import dev.zdm.report.TextReport;
import dev.zdm.report.Wording;
import dev.zdm.report.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the ledger saw is judged, and told in words. */
class LedgerCheckTest {
    private static final OperationName RENAME = new OperationName(VersionRole.OLD, "rename");

    private static LedgerHistory ledger(List<LedgerHistory.Idle> idle, Mismatch... mismatches) {
        return new LedgerHistory(
                1034,
                400,
                200,
                8,
                1100,
                2,
                idle,
                List.of(),
                mismatches.length == 0 ? List.of() : List.of(new LedgerHistory.Mismatches(7, List.of(mismatches))));
    }

    private static Mismatch mismatch(Mismatch.Kind kind, Instant written, Instant at) {
        return new Mismatch(
                kind,
                "nameOf",
                4711,
                List.of("'old3f'"),
                "'Ada'",
                RENAME,
                written,
                VersionRole.NEW,
                new OperationName(VersionRole.NEW, "rename"),
                at,
                kind == Mismatch.Kind.VERSIONS_DIFFER ? "'old3f'" : "'Ada'");
    }

    private static PhaseResult judge(LedgerHistory ledger) {
        Histories histories = new Histories();
        histories.ledger = ledger;
        return Checks.judge(histories.history(), Tolerance.DEFAULT);
    }

    @Test
    void aLostWriteNamesWhoWroteWhoReadAndWhatRanBetween() {
        Instant written = Histories.NOON.plusMillis(900);
        PhaseResult result =
                judge(ledger(List.of(), mismatch(Mismatch.Kind.GONE, written, written.plus(Duration.ofMillis(1500)))));

        assertThat(result.verdict().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.DATA_LOSS);
            Words words = Wording.of(finding);
            assertThat(words.title()).isEqualTo("lost write · 'nameOf' of key 4711");
            assertThat(words.expected()).isEqualTo("every version reads what was acknowledged last");
            assertThat(words.found())
                    .isEqualTo("'nameOf' of key 4711 is 'Ada' instead of 'old3f'\n"
                            + "              operation 'rename' (old version) wrote it last\n"
                            + "              operation 'rename' (new version) read it before writing, 1 500 ms later; the"
                            + " old version read 'Ada'\n"
                            + "              the first of 7 mismatches");
            assertThat(words.causedBy()).isEqualTo("V2.sql:3  alter table customer add token uuid");
        });
    }

    @Test
    void versionsThatDifferAreADrift() {
        Instant late = Histories.NOON.plusSeconds(3);
        PhaseResult result =
                judge(ledger(List.of(), mismatch(Mismatch.Kind.VERSIONS_DIFFER, late, late.plusMillis(3))));

        assertThat(result.verdict().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.hazard()).isEqualTo(Hazard.DATA_DRIFT);
            assertThat(finding.culprit()).as("nothing ran in between").isEmpty();
            assertThat(Wording.of(finding).expected()).isEqualTo("both versions read the same");
        });
    }

    @Test
    void whoAcknowledgesNothingLeavesNothingToJudge() {
        PhaseResult result = judge(ledger(List.of(new LedgerHistory.Idle(RENAME, 214))));

        assertThat(result.verdict().isPassed()).isFalse();
        assertThat(result.verdict().doubts())
                .singleElement()
                .extracting(DoubtWording::of)
                .isEqualTo("operation 'rename' (old version) takes the ledger, succeeded 214 times and acknowledged no"
                        + " write: nothing of what it wrote was verified\n"
                        + "   do       : call ledger.acknowledge(key, value) after each commit");
    }

    @Test
    void whatCouldNotBeReadBackIsNotVerified() {
        OperationName name = OperationName.readBack(VersionRole.OLD, "nameOf");
        Histories histories = new Histories();
        histories.ledger = new LedgerHistory(
                1034, 400, 200, 0, 1100, 0, List.of(), List.of(new LedgerHistory.Unverified(name, 3)), List.of());
        histories.errors.add(error(name, 40, 40));

        PhaseResult result = Checks.judge(histories.history(), Tolerance.DEFAULT);

        assertThat(result.verdict().doubts())
                .singleElement()
                .extracting(DoubtWording::of)
                .isEqualTo("'@ReadBack nameOf' (old version) failed again and again when written values were to be read"
                        + " back (3 times): nobody knows whether these writes are there; it said:"
                        + " java.lang.IllegalStateException: no answer\n"
                        + "   do       : make it read the fact of any key at any time");
        assertThat(TextReport.of(result))
                .contains("   writes   : 1 434 read-backs of 200 keys: what could be read back of 1 100 acknowledged"
                        + " writes was there, 3 read-backs failed\n");

        histories.errors.set(0, error(name, 0, 40));
        assertThat(Checks.judge(histories.history(), Tolerance.DEFAULT)
                        .verdict()
                        .doubts())
                .as("it is red for this failure")
                .isEmpty();
    }

    private static OperationError error(OperationName name, long before, long all) {
        return new OperationError(
                name,
                SqlState.UNKNOWN,
                "java.lang.IllegalStateException: no answer",
                all,
                before,
                1000,
                Histories.NOON,
                Histories.NOON,
                WindowKind.STEADY,
                1000,
                null,
                null);
    }

    @Test
    void whatWasCheckedIsCounted() {
        assertThat(TextReport.of(judge(ledger(List.of()))))
                .contains("   writes   : 1 434 read-backs of 200 keys and 8 totals: all 1 100 acknowledged writes were"
                        + " there; 2 outcomes not known\n");
    }
}
