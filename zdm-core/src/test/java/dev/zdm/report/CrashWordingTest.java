package dev.zdm.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Harm.Kind;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.plan.Demand;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Checks;
import dev.zdm.verdict.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact words of what crashes leave; {@code CrashTrialsTest} shows each kind of harm on a real server. */
class CrashWordingTest {
    private static final SqlStatement STATEMENT = new SqlStatement("create index concurrently i on t (a)", "V2.sql", 3);

    private static Trial trial(Outcome outcome, Harm... harms) {
        return new Trial(STATEMENT, Moment.DURING, Crash.BACKEND_TERMINATED, outcome, List.of(harms));
    }

    private static CrashHistory history(int points, Trial... trials) {
        return new CrashHistory(List.of(trials), points, 2000, Duration.ofMillis(1234), null);
    }

    private static String finding(Harm harm) {
        Histories histories = new Histories();
        histories.crashes = history(1, trial(Outcome.HARMED, harm));
        String text = TextReport.verdict(
                Checks.judge(histories.history(), List.of(), Tolerance.DEFAULT, Set.of(Demand.RETRYABLE)));
        return text.substring(text.indexOf("\n\n") + 2);
    }

    private static Stream<Arguments> harms() {
        return Stream.of(
                Arguments.of(
                        new Harm(Kind.INVALID_INDEX, "index i is invalid", null, null),
                        "1. crash · invalid index left · stopped during V2.sql:3",
                        "[invalid-index]",
                        "found    : index i is invalid\n"
                                + "              after 1 crash point: during V2.sql:3 (the backend was terminated)",
                        "do       : DROP INDEX CONCURRENTLY IF EXISTS before CREATE INDEX CONCURRENTLY"),
                Arguments.of(
                        new Harm(Kind.NOT_VALIDATED, "constraint positive on item is NOT VALID", null, null),
                        "1. crash · constraint left NOT VALID · stopped during V2.sql:3",
                        "[not-retryable]",
                        "found    : constraint positive on item is NOT VALID\n",
                        "do       : run VALIDATE CONSTRAINT in any case"),
                Arguments.of(
                        new Harm(Kind.TOOL_LOCK, "Liquibase's lock is left in databasechangeloglock", null, null),
                        "1. crash · stops the next run · stopped during V2.sql:3",
                        "[not-retryable]",
                        "found    : Liquibase's lock is left in databasechangeloglock\n",
                        "do       : let the deployment release it before it migrates again (Liquibase: release-locks,"
                                + " or a lock that goes with the session; Flyway: repair, and a script that can be run"
                                + " again)"),
                Arguments.of(
                        new Harm(Kind.SCHEMA, "column c of t is missing", null, null),
                        "1. crash · comes to another schema · stopped during V2.sql:3",
                        "[not-retryable]",
                        "found    : column c of t is missing\n",
                        "do       : put all of it into one transaction, or write each statement so that it makes the"
                                + " same"),
                Arguments.of(
                        new Harm(Kind.DATA, "other data in public.item (price)", null, null),
                        "1. crash · comes to other data · stopped during V2.sql:3",
                        "[not-retryable]",
                        "found    : other data in public.item (price)\n",
                        "do       : write to rows that were not written yet only (WHERE … IS NULL)"));
    }

    @ParameterizedTest
    @MethodSource("harms")
    void eachHarmHasItsWords(Harm harm, String title, String hazard, String found, String remedy) {
        assertThat(finding(harm)).startsWith(title).contains(hazard, found, remedy);
    }

    @Test
    void allPoints() {
        assertThat(CrashWording.line(history(2, trial(Outcome.ROLLED_BACK), trial(Outcome.REPEATED))))
                .isEqualTo(
                        "2 crash points tried at 2 000 rows: 1 rolled back whole and repeated, 1 half done and repeated"
                                + " to the same end (in 1.2 s)");
    }

    @Test
    void batchesOfWhichNotEachWasTriedInEachWay() {
        assertThat(CrashWording.line(history(4809, trial(Outcome.REPEATED))))
                .isEqualTo(
                        "1 of 4 809 crash points tried at 2 000 rows (the others are in batches of the same statement):"
                                + " 1 half done and repeated to the same end (in 1.2 s)");
    }

    @Test
    void whatWasTooQuickIsNotCountedAsTried() {
        assertThat(CrashWording.line(history(2, trial(Outcome.ROLLED_BACK), trial(Outcome.NOT_INTERRUPTED))))
                .isEqualTo(
                        "1 crash point tried at 2 000 rows: 1 rolled back whole and repeated; not interrupted, because"
                                + " too quick: V2.sql:3 (in 1.2 s)");
    }
}
