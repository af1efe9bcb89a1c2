package dev.zdm.report;

import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.millis;

import dev.zdm.catalogue.Catalogue;
import dev.zdm.catalogue.CatalogueEntry;
import dev.zdm.observation.Agreement;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.TableAccess;
import dev.zdm.postgres.LockMode;
import dev.zdm.verdict.BrokeBackfillRule;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.FloodedReplica;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.InCompany;
import dev.zdm.verdict.Incompatible;
import dev.zdm.verdict.InvalidIndexLeft;
import dev.zdm.verdict.InvariantBroken;
import dev.zdm.verdict.LostByRollback;
import dev.zdm.verdict.NotRestored;
import dev.zdm.verdict.NotRetryable;
import dev.zdm.verdict.NumbersTaken;
import dev.zdm.verdict.OnTheWayBack;
import dev.zdm.verdict.OperationFailed;
import dev.zdm.verdict.OutranReplica;
import dev.zdm.verdict.PlanRegressed;
import dev.zdm.verdict.PointOfNoReturn;
import dev.zdm.verdict.ReplicaFellBehind;
import dev.zdm.verdict.Rewrote;
import dev.zdm.verdict.RowsGone;
import dev.zdm.verdict.StoppedReplicaReaders;
import dev.zdm.verdict.TooSlow;
import dev.zdm.verdict.TouchedMore;
import dev.zdm.verdict.ValuesChanged;
import dev.zdm.verdict.ValuesDropped;
import dev.zdm.verdict.VersionsDisagree;
import dev.zdm.verdict.WaitedForMigration;
import dev.zdm.verdict.WorkedUnderLock;
import dev.zdm.verdict.WriteLost;
import java.util.List;
import java.util.stream.Collectors;

/** Puts findings into words: the one place that does. */
public final class Wording implements Finding.Cases<Words> {
    /** Returns a finding in words. */
    public static Words of(Finding finding) {
        return finding.match(new Wording());
    }

    static Words words(Finding finding, String title, String expected, String found) {
        CatalogueEntry entry = Catalogue.of(finding);
        return new Words(
                title,
                finding.hazard().id(),
                expected,
                found,
                Format.place(finding.culprit()),
                entry.what(),
                entry.remedy(),
                entry.page() + ", " + entry.manual());
    }

    @Override
    public Words changeFailed(ChangeFailed finding) {
        StatementRun.Failure failure = finding.run().failure();
        String found = failure == null
                ? "it failed"
                : "it failed with SQLSTATE " + failure.sqlState() + ": " + oneLine(failure.message());
        String title = finding.hazard() == Hazard.CHANGE_FAILED
                ? "change failed"
                : "change failed: " + finding.hazard().id();
        return words(finding, title, "the change succeeds", found);
    }

    @Override
    public Words operationFailed(OperationFailed finding) {
        OperationError error = finding.error();
        String often = error.succeeded() == 0 ? "every time" : "and succeeded " + count(error.succeeded(), "time");
        String found = "failed " + count(error.count(), "time") + " with SQLSTATE " + error.sqlState() + " (" + often
                + " since): " + oneLine(error.message())
                + (error.statement() == null ? "" : "\n              in: " + oneLine(error.statement()))
                + steps(finding);
        return words(finding, "error · operation " + error.operation(), "no operation fails", found);
    }

    private static String steps(OperationFailed finding) {
        OperationName operation = finding.error().operation();
        return finding.steps().isEmpty()
                ? ""
                : "\n              at "
                        + finding.steps().stream()
                                .map(step -> step.label() + " (" + Format.number(step.failed(operation)) + " of "
                                        + Format.number(step.failed(operation) + step.succeeded(operation)) + ")")
                                .collect(Collectors.joining(", "));
    }

    @Override
    public Words incompatible(Incompatible finding) {
        return CompatibilityWording.of(finding);
    }

    @Override
    public Words waitedForMigration(WaitedForMigration finding) {
        LockWait longest = finding.waits().get(0);
        String title = (finding.hazard() == Hazard.LOCK_QUEUE ? "lock queue" : "lock wait") + " · " + waiter(longest)
                + " waited " + millis(longest.duration());
        String expected = "no operation waits for the migration longer than " + millis(finding.allowed());
        return words(finding, title, expected, waits(finding.waits()) + "\n              " + lock(longest));
    }

    @Override
    public Words rewrote(Rewrote finding) {
        Footprint.Rewrite rewrite = finding.rewrite();
        String title = "table rewrite · " + rewrite.table();
        String expected = "no table that the application uses is rewritten";
        String found = "all " + count(rewrite.rows(), "row") + " of " + rewrite.table() + " written to a new file"
                + held(finding.footprint(), rewrite)
                + GrowthWording.inProduction(finding.growth()) + evidence(finding.waits());
        return words(finding, title, expected, found);
    }

    private static String held(Footprint footprint, Footprint.Rewrite rewrite) {
        return footprint.locks().stream()
                .filter(lock -> lock.relation().equals(rewrite.table()) && lock.mode() == LockMode.ACCESS_EXCLUSIVE)
                .findFirst()
                .map(lock -> " under ACCESS EXCLUSIVE")
                .orElse("");
    }

    @Override
    public Words rowsGone(RowsGone finding) {
        return DataWording.of(finding);
    }

    @Override
    public Words valuesChanged(ValuesChanged finding) {
        return DataWording.of(finding);
    }

    @Override
    public Words numbersTaken(NumbersTaken finding) {
        return DataWording.of(finding);
    }

    @Override
    public Words touchedMore(TouchedMore finding) {
        return DataWording.of(finding);
    }

    @Override
    public Words valuesDropped(ValuesDropped finding) {
        return DataWording.of(finding);
    }

    /** Returns how the title of a finding about data begins. */
    static String lossOrDrift(Finding finding) {
        return finding.hazard() == Hazard.DATA_LOSS ? "data loss · " : "data drift · ";
    }

    @Override
    public Words workedUnderLock(WorkedUnderLock finding) {
        boolean readers = finding.hazard() == Hazard.ACCESS_EXCLUSIVE_SCAN;
        String title = (readers ? "readers and writers blocked" : "writers blocked") + " · " + finding.locked();
        String expected = "no work that grows with a table while a lock stops the application";
        Footprint.Work work = finding.work();
        String done = work.tuplesWritten() >= work.tuplesScanned()
                ? count(work.tuplesWritten(), "row") + " of " + work.relation() + " written"
                : count(work.tuplesScanned(), "row") + " of " + work.relation() + " read";
        if (finding.mode() == LockMode.ROW_EXCLUSIVE) {
            done = count(work.lockedAtOnce(), "row") + " of " + work.relation() + " locked";
        }
        int statements = finding.footprints().size();
        String together = statements == 1 ? "" : " by " + statements + " statements";
        String lock = finding.mode() == LockMode.ROW_EXCLUSIVE
                ? " in one transaction, until its end"
                : " while " + finding.locked() + " was locked " + finding.mode().sqlName() + lockedBy(finding);
        return words(
                finding,
                title,
                expected,
                done + together + lock + GrowthWording.inProduction(finding.growth()) + evidence(finding.waits()));
    }

    private static String lockedBy(WorkedUnderLock finding) {
        return finding.lockedBy().equals(finding.footprint().statement())
                ? ""
                : " since " + finding.lockedBy().position() + " of the same transaction";
    }

    @Override
    public Words invariantBroken(InvariantBroken finding) {
        InvariantOutcome outcome = finding.outcome();
        return words(
                finding,
                lossOrDrift(finding) + "invariant '" + outcome.invariant().name() + "'",
                "the query returns no row: " + oneLine(outcome.invariant().query()),
                InvariantWording.found(outcome));
    }

    @Override
    public Words versionsDisagree(VersionsDisagree finding) {
        Agreement agreement = finding.agreement();
        return words(
                finding,
                "data drift · old and new read another '" + agreement.fact() + "'",
                "both versions read the same of every key",
                AgreementWording.found(agreement));
    }

    @Override
    public Words writeLost(WriteLost finding) {
        return LedgerWording.of(finding);
    }

    @Override
    public Words inCompany(InCompany finding) {
        Words words = of(finding.finding());
        return new Words(
                words.title() + " behind " + finding.rehearsal().company().label(),
                words.hazard(),
                words.expected(),
                words.found() + "\n              while " + CompanyWording.holds(finding.rehearsal()),
                words.causedBy(),
                words.why(),
                words.remedy(),
                words.see());
    }

    @Override
    public Words onTheWayBack(OnTheWayBack finding) {
        return WayBackWording.of(finding);
    }

    @Override
    public Words notRestored(NotRestored finding) {
        return WayBackWording.of(finding);
    }

    @Override
    public Words lostByRollback(LostByRollback finding) {
        return WayBackWording.of(finding);
    }

    @Override
    public Words pointOfNoReturn(PointOfNoReturn finding) {
        return WayBackWording.of(finding);
    }

    @Override
    public Words invalidIndexLeft(InvalidIndexLeft finding) {
        return words(
                finding,
                "invalid index · " + finding.index(),
                "every index is valid when the change is done",
                finding.index() + " is invalid: it costs every write and serves no query");
    }

    @Override
    public Words notRetryable(NotRetryable finding) {
        return CrashWording.of(finding);
    }

    @Override
    public Words brokeBackfillRule(BrokeBackfillRule finding) {
        return BackfillWording.of(finding);
    }

    @Override
    public Words planRegressed(PlanRegressed finding) {
        TableAccess access = finding.access();
        TableAccess.Reads after = access.after();
        String found = "it reads all " + count(after.sequentialRows() / after.sequentialScans(), "row") + " of "
                + access.table() + " now, in each of " + count(after.runs(), "quiet run") + "\n              in: "
                + oneLine(access.statement());
        return words(
                finding,
                "plan regression · operation " + access.operation(),
                "a query that used an index of " + access.table() + " before the change still does",
                found);
    }

    @Override
    public Words replicaFellBehind(ReplicaFellBehind finding) {
        return ReplicaWording.of(finding);
    }

    @Override
    public Words floodedReplica(FloodedReplica finding) {
        return ReplicaWording.of(finding);
    }

    @Override
    public Words outranReplica(OutranReplica finding) {
        return ReplicaWording.of(finding);
    }

    @Override
    public Words stoppedReplicaReaders(StoppedReplicaReaders finding) {
        return ReplicaWording.of(finding);
    }

    @Override
    public Words tooSlow(TooSlow finding) {
        String before = finding.steady() == null
                ? ""
                : ", before the change " + millis(finding.steady().p99());
        return words(
                finding,
                "latency · operation " + finding.operation(),
                "99 of 100 operations end within " + millis(finding.allowed()),
                "within " + millis(finding.after().p99()) + before);
    }

    private static String waiter(LockWait wait) {
        OperationName operation = wait.operation();
        return operation == null ? "a session of the " + wait.waiter().label() : "operation " + operation;
    }

    private static String waits(List<LockWait> waits) {
        return count(waits.size(), "operation") + " waited, longest "
                + millis(waits.get(0).duration());
    }

    private static String lock(LockWait wait) {
        return "for " + wait.mode() + " on "
                + (wait.relation() == null ? wait.target() : wait.relation().toString()) + ": "
                + String.join("; ", wait.chain());
    }

    private static String evidence(List<LockWait> waits) {
        return waits.isEmpty() ? "" : "\n              under load " + waits(waits);
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
