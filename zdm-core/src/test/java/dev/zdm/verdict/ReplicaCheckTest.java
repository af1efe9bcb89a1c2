package dev.zdm.verdict;

import static dev.zdm.verdict.Histories.ALTER;
import static dev.zdm.verdict.Histories.CUSTOMER;
import static dev.zdm.verdict.Histories.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.Work;
import dev.zdm.observation.Hiccup;
import dev.zdm.observation.Hiccup.Missing;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.ReplicaHistory.Lag;
import dev.zdm.observation.ReplicaHistory.LongReader;
import dev.zdm.observation.ReplicaHistory.ReaderWait;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Replica;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.Relation;
import dev.zdm.report.DoubtWording;
import dev.zdm.report.TextReport;
import dev.zdm.report.Wording;
import dev.zdm.report.Words;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was seen of a replica is judged, and told in words. */
class ReplicaCheckTest {
    private static final Map<String, String> SETTINGS = Map.of("max_standby_streaming_delay", "1000ms");
    private final Histories histories = new Histories();

    private static Lag lag(int window, long millis, long seenAfterMillis) {
        return new Lag(
                window,
                Duration.ofMillis(millis),
                NOON.plusMillis(seenAfterMillis),
                48_000_000,
                12_000_000,
                Duration.ofSeconds(1));
    }

    private void saw(List<Lag> lags, boolean caughtUp) {
        histories.replica = new ReplicaHistory(Replica.DEFAULT, SETTINGS, lags, List.of(), caughtUp, null);
    }

    private void saw(List<ReaderWait> waits, LongReader reader) {
        histories.replica = new ReplicaHistory(Replica.DEFAULT, SETTINGS, List.of(), waits, true, reader);
    }

    private PhaseResult judge() {
        PhaseHistory history = histories.history();
        return Checks.judge(history, Tolerance.DEFAULT);
    }

    private Words onlyFinding(Hazard hazard) {
        Finding finding = judge().verdict().findings().get(0);
        assertThat(judge().verdict().findings()).hasSize(1);
        assertThat(finding.hazard()).isEqualTo(hazard);
        return Wording.of(finding);
    }

    @Test
    void aReplicaThatKeepsUpIsFine() {
        saw(List.of(lag(0, 4, 500), lag(1, 1999, 2500)), true);

        assertThat(judge().verdict().isPassed()).isTrue();
        assertThat(TextReport.of(judge()))
                .contains("   replica  : steady load 100/0: at most 4.0 ms and 45 MB behind; WAL 11 MB/s\n"
                        + "   replica  : after the change 100/0: at most 1 999 ms and 45 MB behind; WAL 11 MB/s\n");
    }

    @Test
    void aReplicaThatFallsBehindNamesWhatRanWhenItStoppedKeepingUp() {
        saw(List.of(lag(0, 4, 500), lag(1, 2500, 4000)), true);

        Words words = onlyFinding(Hazard.REPLICATION_LAG);

        assertThat(words.title()).isEqualTo("replication lag · the replica fell behind");
        assertThat(words.expected()).isEqualTo("the replica is never more than 2 000 ms behind");
        assertThat(words.found()).isEqualTo("it was 2 500 ms behind (after the change, at most 45 MB not replayed)");
        assertThat(words.causedBy()).isEqualTo("V2.sql:3  alter table customer add token uuid");
    }

    @Test
    void theTimeAtWhichTheMachineStoodStillIsNotTheReplicasFault() {
        saw(List.of(lag(1, 2500, 4000)), true);
        histories.hiccups.add(new Hiccup(Missing.PROCESSOR, NOON.plusMillis(1000), Duration.ofMillis(900)));
        assertThat(judge().verdict().isPassed()).isFalse();

        histories.hiccups.add(new Hiccup(Missing.PROCESSOR, NOON.plusMillis(3000), Duration.ofMillis(100)));
        assertThat(judge().verdict().isPassed()).isTrue();
    }

    @Test
    void aReplicaThatStoppedBeforeTheChangeIsNotItsFault() {
        saw(List.of(lag(1, 3500, 4000)), true);

        assertThat(onlyFinding(Hazard.REPLICATION_LAG).causedBy()).isEqualTo("no statement of the migration");
    }

    @Test
    void aReplicaThatDoesNotCatchUpIsBehindHoweverShortTheLoadWas() {
        saw(List.of(lag(0, 4, 500), lag(1, 900, 2900)), false);

        assertThat(onlyFinding(Hazard.REPLICATION_LAG).found())
                .isEqualTo("when the load had ended, it did not catch up within 2 000 ms");
    }

    @Test
    void aReplicaThatWasBehindBeforeTheChangeLeavesNothingToJudge() {
        saw(List.of(lag(0, 2100, 900), lag(1, 9000, 2900)), true);

        assertThat(judge().verdict().findings()).isEmpty();
        assertThat(judge().verdict().doubts())
                .singleElement()
                .satisfies(doubt -> assertThat(DoubtWording.of(doubt))
                        .startsWith("the replica was 2 100 ms behind already before the change, more than 2 000 ms"));
    }

    @Test
    void oneTransactionThatWritesATableIsRedWithAReplica() {
        histories.footprints.add(Histories.footprint(
                null, null, new Work(CUSTOMER, 200_000, 200_000, 200_000, 200_000, 30_000_000, CUSTOMER, 200_000)));
        saw(List.of(), true);

        assertThat(judge().verdict().findings())
                .extracting(Finding::hazard)
                .containsExactly(Hazard.WRITE_BLOCK, Hazard.REPLICATION_LAG);
        Words words = Wording.of(judge().verdict().findings().get(1));
        assertThat(words.title()).isEqualTo("replication lag · customer written in one transaction");
        assertThat(words.found())
                .isEqualTo("one transaction wrote 200 000 rows of 200 000 of customer, 0 B of WAL in 5.0 ms\n"
                        + "              200 000 rows held until its end");
    }

    @Test
    void aBatchIsFine() {
        histories.footprints.add(Histories.footprint(
                null, null, new Work(CUSTOMER, 5000, 5000, 5000, 200_000, 30_000_000, CUSTOMER, 200_000)));
        saw(List.of(), true);

        assertThat(judge().verdict().isPassed()).isTrue();
    }

    /** Returns what one transaction of 5 000 rows did. */
    private static Footprint batch(long walBytes, Duration took) {
        Footprint plain = Histories.footprint(
                null, null, new Work(CUSTOMER, 5000, 5000, 5000, 200_000, 30_000_000, CUSTOMER, 200_000));
        return new Footprint(
                plain.statement(),
                plain.transaction(),
                plain.seenFrom(),
                plain.locks(),
                plain.rewrites(),
                plain.emptied(),
                plain.work(),
                plain.indexes(),
                plain.validated(),
                walBytes,
                plain.lockTimeout(),
                took);
    }

    @Test
    void aTransactionOfFewRowsThatWritesMuchOrTakesLongIsRed() {
        histories.footprints.add(batch((128L << 20) + 1, Duration.ofMillis(5001)));
        saw(List.of(), true);

        Words words = onlyFinding(Hazard.REPLICATION_LAG);
        assertThat(words.expected())
                .isEqualTo("no transaction that writes rows writes more than 128 MB of WAL\n"
                        + "              no transaction that writes rows takes longer than 5 000 ms");
        assertThat(words.found())
                .startsWith("one transaction wrote 5 000 rows of 200 000 of customer, 128 MB of WAL in 5 001 ms");
    }

    @Test
    void aTransactionOfFewRowsThatWritesAndTakesWhatItMayIsFine() {
        histories.footprints.add(batch(128L << 20, Duration.ofSeconds(5)));
        saw(List.of(), true);

        assertThat(judge().verdict().isPassed()).isTrue();
    }

    private static Lag wal(int window, long megabytes, Duration time) {
        return new Lag(window, Duration.ofMillis(4), NOON, 0, megabytes << 20, time);
    }

    private static void duringChange(Histories histories) {
        histories.windows.add(
                1, new Window(WindowKind.CHANGE, 100, NOON.plusSeconds(1), Duration.ofSeconds(1), List.of(), true));
    }

    @Test
    void aChangeThatWritesFasterThanAReplicaTakesItIsRed() {
        duringChange(histories);
        histories.footprints.add(batch(1 << 20, Duration.ofMillis(5)));
        saw(List.of(wal(0, 10, Duration.ofSeconds(1)), wal(1, 560, Duration.ofSeconds(4))), true);

        Words words = onlyFinding(Hazard.REPLICATION_LAG);
        assertThat(words.title()).isEqualTo("replication lag · more WAL than a replica can take");
        assertThat(words.expected()).isEqualTo("the change writes at most 128 MB of WAL in a second");
        assertThat(words.found()).isEqualTo("it wrote 130 MB in a second more than was written before it");
        assertThat(words.causedBy()).isEqualTo("V2.sql:3  " + ALTER.summary());
    }

    @Test
    void whatTheApplicationWritesAnywayAndAShortBurstAreFine() {
        duringChange(histories);
        saw(List.of(wal(0, 100, Duration.ofSeconds(1)), wal(1, 228 * 4, Duration.ofSeconds(4))), true);
        assertThat(judge().verdict().isPassed()).isTrue();

        saw(List.of(wal(1, 120, Duration.ofMillis(10))), true);
        assertThat(judge().verdict().isPassed()).isTrue();
    }

    @Test
    void aTableFilledFromAnotherInOneGoIsAnAdviceWithoutAReplica() {
        Relation copy = new Relation("public", "customer_2");
        histories.footprints.add(Histories.working(
                null,
                null,
                List.of(
                        new Work(CUSTOMER, 200_000, 0, 0, 200_000, 30_000_000, CUSTOMER, 200_000),
                        new Work(copy, 0, 200_000, 0, 0, 0, copy, 0))));

        assertThat(judge().verdict().isPassed()).isTrue();
        assertThat(judge().advice())
                .contains("write in batches: V2.sql:3 writes 200000 rows of customer_2 in one transaction, and replicas"
                        + " that replay it fall behind");

        saw(List.of(), true);
        assertThat(onlyFinding(Hazard.REPLICATION_LAG).found())
                .startsWith("one transaction wrote 200 000 rows of customer_2");
    }

    @Test
    void rowsThatComeFromNoTableAreNotForeseenToGrow() {
        Relation colours = new Relation("public", "colours");
        histories.footprints.add(Histories.footprint(null, null, new Work(colours, 0, 5000, 0, 0, 0, colours, 0)));
        saw(List.of(), true);

        assertThat(judge().verdict().isPassed()).isTrue();
    }

    @Test
    void aLongReaderThatIsEndedAndANewOneThatWaitsAreOneFinding() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, null, null));
        saw(
                List.of(),
                new LongReader(
                        List.of(CUSTOMER),
                        CUSTOMER,
                        Duration.ofMillis(1004),
                        "SQLSTATE 40001: ERROR: canceling statement due to conflict with recovery",
                        Duration.ofMillis(998)));

        Words words = onlyFinding(Hazard.REPLICA_CONFLICT);

        assertThat(words.title()).isEqualTo("replica conflict · readers of customer stopped on the replica");
        assertThat(words.found())
                .isEqualTo("a long reader was ended after the replay had waited 1 004 ms for it\n"
                        + "              with SQLSTATE 40001: ERROR: canceling statement due to conflict with"
                        + " recovery\n"
                        + "              a reader that came meanwhile waited 998 ms\n"
                        + "              max_standby_streaming_delay was 1000ms");
        assertThat(words.causedBy()).isEqualTo("V2.sql:3  " + ALTER.summary());
    }

    @Test
    void aReplayThatDoesNotMeetAReaderIsFine() {
        saw(List.of(), new LongReader(List.of(), null, Duration.ZERO, null, Duration.ZERO));

        assertThat(judge().verdict().isPassed()).isTrue();
        assertThat(TextReport.of(judge()))
                .contains("long reader: the change locks nothing that the application reads there");
    }

    @Test
    void aReaderThatWaitsUnderLoadLongerThanAllowedIsRed() {
        ReaderWait quick = new ReaderWait(CUSTOMER, null, NOON.plusSeconds(1), Duration.ofMillis(100));
        saw(List.of(quick), (LongReader) null);
        assertThat(judge().verdict().isPassed()).isTrue();

        saw(
                List.of(new ReaderWait(CUSTOMER, Histories.FIND, NOON.plusSeconds(1), Duration.ofMillis(640)), quick),
                (LongReader) null);
        assertThat(onlyFinding(Hazard.REPLICA_CONFLICT).found())
                .isEqualTo("under load 1 reader waited there, longest 640 ms, operation " + Histories.FIND);
    }

    @Test
    void whatTheReplayCancelsIsAConflictOfTheStatementThatLockedTheTable() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, null, null));
        histories.errors.add(
                Histories.error("40001", "ERROR: canceling statement due to conflict with recovery", 0, 3, 90));

        Words words = onlyFinding(Hazard.REPLICA_CONFLICT);

        assertThat(words.title()).isEqualTo("error · operation " + Histories.FIND);
        assertThat(words.causedBy()).isEqualTo("V2.sql:3  " + ALTER.summary());
    }

    @Test
    void advisesToKeepLongQueriesOffWhereNoneIsRehearsed() {
        histories.footprints.add(Histories.footprint(LockMode.ACCESS_EXCLUSIVE, null, null));
        saw(List.of(), true);

        assertThat(judge().advice())
                .anyMatch(advice -> advice.startsWith(
                        "keep long queries off the replica meanwhile:" + " V2.sql:3 locks customer there too"));
    }
}
