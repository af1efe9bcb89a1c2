package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Replica;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Traffic;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.OnReplica;
import dev.zdm.workload.Operation;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Bad input is told before any database starts, each with its one message. */
class PlanResolverTest {
    private static final FlywaySource SOURCE = FlywaySource.at("classpath:dev/zdm/rehearsal/migrations");
    private static final ApplicationVersion READER = ApplicationVersion.ofSql(SqlOperation.of("one", "select 1"));
    private static final RehearsalPlan SQL =
            RehearsalPlan.named("sql", Baseline.ofSql("select 1")).withVersions(READER, ApplicationVersion.absent());

    private static RehearsalPlan flyway(String from, FlywaySource source) {
        return RehearsalPlan.named("flyway", Baseline.of(Change.flyway(from, source)))
                .withVersions(READER, READER);
    }

    private static void assertRefused(ThrowingCallable code, String message) {
        assertThatThrownBy(code).isInstanceOf(PlanException.class).hasMessage(message);
    }

    private static void assertRefused(RehearsalPlan plan, String message) {
        assertRefused(() -> Rehearsal.resolve(plan), message);
    }

    @Test
    void noSuchFolder() {
        assertRefused(
                flyway("1", FlywaySource.at("classpath:nowhere")),
                "there is no migration folder 'classpath:nowhere'; expected a folder of the class path or of the file "
                        + "system with Flyway migrations");
    }

    @Test
    void unknownBaseline() {
        assertRefused(
                flyway("1.5", SOURCE),
                "the baseline ('from') is version '1.5', but there is no such migration in "
                        + "[classpath:dev/zdm/rehearsal/migrations]; the versions there are [1, 2, 3]");
    }

    @Test
    void baselineNewerThanTheEnd() {
        assertRefused(
                flyway("3", SOURCE.upTo("2")),
                "the baseline ('from') is version '3', which is newer than the last version of the rehearsal ('to'), "
                        + "'2'; there is nothing between them to rehearse");
    }

    @Test
    void nothingPending() {
        assertRefused(
                flyway("3", SOURCE),
                "there is nothing to rehearse: no migration newer than '3' in [classpath:dev/zdm/rehearsal/migrations]");
    }

    @Test
    void skippedMigration() {
        assertRefused(
                flyway("1", SOURCE).withPhase(Phase.of("expand", Change.flyway("2", SOURCE))),
                "the phases migrate to [2] and skip the pending migrations [3] of [2, 3]; add a phase for each, or say "
                        + "up to which version the rehearsal goes ('to')");
    }

    @Test
    void targetsThatDoNotAscend() {
        assertRefused(
                flyway("1", SOURCE)
                        .withPhase(Phase.of("expand", Change.flyway("3", SOURCE)))
                        .withPhase(Phase.of("contract", Change.flyway("2", SOURCE))),
                "phase 'contract' migrates to version '2', but version '3' is reached before; targets must ascend from "
                        + "the baseline on");
    }

    @Test
    void noPhase() {
        assertRefused(
                SQL,
                "a rehearsal needs at least one phase, found none, and no Flyway baseline whose pending migrations could "
                        + "be phases");
    }

    @Test
    void noVersion() {
        assertRefused(
                SQL.withVersions(ApplicationVersion.absent(), ApplicationVersion.absent())
                        .withPhase(Phase.of("nothing", Change.none())),
                "a rehearsal needs an old or a new application version that works on the database, found neither");
    }

    @Test
    void trafficForAVersionThatIsAbsent() {
        assertRefused(
                SQL.withPhase(Phase.of("roll out", Change.none()).withTraffic(100, 40)),
                "phase 'roll out' gives 60 % of its traffic to the new version, but there is none; give the plan a new "
                        + "version, or the phase other steps than [100, 40]");
    }

    @Test
    void trafficStepsThatAreNoPercentages() {
        assertRefused(
                () -> Traffic.steps(100, 120),
                "a traffic step is the old version's share in percent, from 0 to 100, found 120 in [100, 120]");
        assertRefused(() -> Traffic.steps(), "traffic needs at least one step, found none");
    }

    @Test
    void invariantThatIsNoQuery() {
        assertRefused(
                SQL.withPhase(Phase.of("nothing", Change.none())).withInvariant(Invariant.of("gone", "delete from t")),
                "invariant 'gone' must be a query (SELECT, WITH, VALUES or TABLE) that returns no row, found: delete "
                        + "from t");
    }

    @Test
    void invariantOfAnUnknownPhase() {
        assertRefused(
                () -> SQL.withPhase(Phase.of("nothing", Change.none()))
                        .withInvariant(Invariant.of("x", "select 1").from("backfill")),
                "invariant 'x' names phase 'backfill', but there is no such phase; the phases are [nothing]");
    }

    @Test
    void invariantThatEndsBeforeItBegins() {
        assertRefused(
                () -> SQL.withPhase(Phase.of("a", Change.none()))
                        .withPhase(Phase.of("b", Change.none()))
                        .withInvariant(Invariant.of("x", "select 1").from("b").until("a")),
                "invariant 'x' holds from phase 'b' until phase 'a', which comes before it; the phases are [a, b]");
    }

    @Test
    void twoOperationsOfOneName() {
        SqlOperation one = SqlOperation.of("one", "select 1");
        assertRefused(
                SQL.withPhase(Phase.of("a", Change.none()))
                        .withVersions(ApplicationVersion.ofSql(one, one), ApplicationVersion.absent()),
                "workload of SQL has two operations named 'one'; give each its own name, for what ran is counted by name");
    }

    @Test
    void twoPhasesOfOneName() {
        assertRefused(
                () -> SQL.withPhase(Phase.of("a", Change.none())).withPhase(Phase.of("a", Change.none())),
                "two phases are named 'a'; give each phase its own name");
    }

    @Test
    void workloads() {
        RehearsalPlan plan = SQL.withPhase(Phase.of("nothing", Change.none()));
        String name = PlanResolverTest.class.getName();

        assertRefused(
                plan.withVersions(ApplicationVersion.of(Idle.class), ApplicationVersion.absent()),
                "workload " + name + "$Idle needs at least one method marked with @Operation, found none");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(Weightless.class), ApplicationVersion.absent()),
                "@Operation Weightless.work needs a weight of at least 1, found weight=0");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(Demanding.class), ApplicationVersion.absent()),
                "@Operation Demanding.work may take dev.zdm.workload.Keys, dev.zdm.workload.Ledger, "
                        + "dev.zdm.workload.Flags and nothing else, found int");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(Unreachable.class), ApplicationVersion.absent()),
                "workload " + name + "$Unreachable needs a constructor that takes a javax.sql.DataSource, or one and "
                        + "dev.zdm.workload.Flags, found ["
                        + name + "$Unreachable()]");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(Inner.class), ApplicationVersion.absent()),
                "workload " + name
                        + "$Inner must be a class that can be instantiated: not abstract, and static if it is nested");
    }

    @Test
    void operationsOnAReplicaThatIsNotThere() {
        RehearsalPlan plan = RehearsalPlan.named("x", Baseline.ofSql("select 1"))
                .withPhase(Phase.of("p", Change.statements("select 1")));
        assertRefused(
                plan.withVersions(
                        ApplicationVersion.ofSql(
                                SqlOperation.of("find", "select 1").readingReplica()),
                        ApplicationVersion.absent()),
                "the operations [find] of the old version work on a replica, but the plan has none: give it one"
                        + " (@WithReplica, plan.withReplica), or let them work on the primary");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(NotAnOperation.class), ApplicationVersion.absent())
                        .withReplica(Replica.DEFAULT),
                "@OnReplica NotAnOperation.find must be an operation too: mark it with @Operation, for nothing else runs"
                        + " on a replica");
        assertRefused(
                plan.withVersions(ApplicationVersion.of(WritesAReplica.class), ApplicationVersion.absent())
                        .withReplica(Replica.DEFAULT),
                "@OnReplica WritesAReplica.rename takes the ledger, but a replica cannot be written: write on the"
                        + " primary");
        assertThatThrownBy(() -> Replica.DEFAULT.withLag(Duration.ZERO))
                .isInstanceOf(PlanException.class)
                .hasMessage("the longest time that a replica may be behind must be 1 ms or more, found PT0S");
    }

    static class NotAnOperation {
        NotAnOperation(DataSource database) {}

        @Operation
        void work() {}

        @OnReplica
        void find() {}
    }

    static class WritesAReplica {
        WritesAReplica(DataSource database) {}

        @Operation
        @OnReplica
        void rename(Ledger ledger) {}
    }

    @Test
    void missingScript() {
        assertThatThrownBy(() -> Rehearsal.resolve(SQL.withPhase(Phase.of("run", Change.script("db/no.sql")))))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(
                        "script 'db/no.sql' not found: neither a resource of the class path nor a file in ");
    }

    @Test
    void backfillWithoutARange() {
        assertRefused(
                () -> Backfill.over("t", "id", "update t set a = 1"),
                "the statement of a backfill must name its batch with :batch, or with the keys :from (inclusive) and :to "
                        + "(exclusive), found: update t set a = 1");
    }

    @Test
    void load() {
        assertRefused(
                () -> LoadProfile.DEFAULT.withRate(0), "the rate must be at least 1 operation per second, found 0");
        assertRefused(() -> LoadProfile.DEFAULT.withWorkers(1), "a version needs at least 2 workers, found 1");
        assertRefused(
                () -> LoadProfile.DEFAULT.withWindows(Duration.ofSeconds(2), Duration.ofSeconds(1)),
                "the longest window must be longer than the shortest, found PT1S and PT2S");
    }

    static class Idle {
        Idle(DataSource database) {}
    }

    static class Weightless {
        Weightless(DataSource database) {}

        @Operation(weight = 0)
        void work() {}
    }

    static class Demanding {
        Demanding(DataSource database) {}

        @Operation
        void work(int id) {}
    }

    static class Unreachable {
        @Operation
        void work() {}
    }

    class Inner {
        Inner(DataSource database) {}
    }

    private static final FlywaySource UNDO = FlywaySource.at("classpath:dev/zdm/rehearsal/undo");

    private static RehearsalPlan undoing(Phase... phases) {
        return RehearsalPlan.named("items", Baseline.of(Change.flyway("1", UNDO.upTo("3"))))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("read", "select 1")), ApplicationVersion.absent())
                .withPhases(List.of(phases));
    }

    @Test
    void undoScriptsAreTheRollbackOfAPhaseThatHasNone() {
        RehearsalPlan plan = Rehearsal.resolve(undoing());

        assertThat(plan.phases().get(0).rollback()).isEqualTo(Change.flywayUndo("1", UNDO.upTo("3")));
        assertThat(plan.phases().get(1).rollback()).isNull();
    }

    @Test
    void anUndoThatIsAskedForNeedsItsScripts() {
        Phase phase = Phase.of("mark", Change.flyway("3", UNDO.upTo("3")))
                .withRollback(Change.flywayUndo("1", UNDO.upTo("3")));

        assertThatThrownBy(() -> Rehearsal.resolve(undoing(phase)))
                .isInstanceOf(PlanException.class)
                .hasMessage("there is no undo script (U…__….sql) for the versions [3] in "
                        + "[classpath:dev/zdm/rehearsal/undo]");
    }

    @Test
    void whatARollbackMayLoseNeedsARollback() {
        Phase phase = Phase.of("mark", Change.flyway("3", UNDO.upTo("3"))).losing("item.mark");

        assertThatThrownBy(() -> Rehearsal.resolve(undoing(phase)))
                .isInstanceOf(PlanException.class)
                .hasMessage(
                        "phase 'mark' says what its rollback may lose (item.mark), but has no rollback: none is given, "
                                + "and there is no undo script beside each of its migrations");
    }

    @Test
    void aPhaseOfTrafficAloneHasNothingToUndo() {
        Phase phase = Phase.of("wait", Change.none()).withTraffic(100).withRollback(Change.statements("select 1"));

        assertThatThrownBy(() ->
                        Rehearsal.resolve(undoing(Phase.of("migrate", Change.flyway("3", UNDO.upTo("3"))), phase)))
                .isInstanceOf(PlanException.class)
                .hasMessage(
                        "phase 'wait' has a rollback, but changes nothing that could be undone; its traffic goes back by "
                                + "itself");
    }
}
