package dev.zdm.rehearsal;

import dev.zdm.change.FlywayVersions;
import dev.zdm.change.Resources;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Losses;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlScript;
import dev.zdm.workload.Flags;
import dev.zdm.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks what can be checked of a plan without a database, and fills in the phases where none are given. */
final class PlanResolver {
    private static final Pattern QUERY =
            Pattern.compile("(?is)(\\s|--[^\\n]*\\n|/\\*.*?\\*/|\\()*(select|with|values|table)\\b.*");

    private final RehearsalPlan plan;

    PlanResolver(RehearsalPlan plan) {
        this.plan = plan;
    }

    /**
     * Returns the plan with its phases.
     *
     * @throws PlanException if it cannot be rehearsed
     */
    RehearsalPlan resolve() {
        checkVersions();
        plan.invariants().forEach(PlanResolver::checkQuery);
        Stream.concat(plan.baseline().steps().stream(), plan.phases().stream().flatMap(PlanResolver::changes))
                .forEach(PlanResolver::checkScript);
        RehearsalPlan resolved = flyway().map(this::withFlyway).orElseGet(this::withoutFlyway);
        checkTraffic(resolved);
        checkRollbacks(resolved);
        return resolved;
    }

    private static void checkRollbacks(RehearsalPlan plan) {
        for (Phase phase : plan.phases()) {
            if (phase.rollback() != null && phase.change() instanceof Change.None) {
                throw new PlanException(
                        "phase '" + phase.name()
                                + "' has a rollback, but changes nothing that could be undone; its traffic goes back by itself");
            }
            if (phase.rollback() == null && !phase.losses().equals(Losses.NONE)) {
                throw new PlanException(
                        "phase '" + phase.name() + "' says what its rollback may lose ("
                                + String.join(", ", phase.losses().places())
                                + "), but has no rollback: none is given, and there is no undo script beside each of its migrations");
            }
        }
    }

    private static void checkTraffic(RehearsalPlan plan) {
        for (int i = 0; i < plan.phases().size(); i++) {
            for (int oldPercent : plan.trafficOf(i).oldPercents()) {
                checkShare(plan, i, VersionRole.OLD, oldPercent);
                checkShare(plan, i, VersionRole.NEW, 100 - oldPercent);
            }
        }
    }

    private static void checkShare(RehearsalPlan plan, int phase, VersionRole role, int percent) {
        if (percent > 0 && plan.version(role) instanceof ApplicationVersion.Absent) {
            String word = role == VersionRole.OLD ? "an old" : "a new";
            throw new PlanException("phase '" + plan.phases().get(phase).name() + "' gives " + percent
                    + " % of its traffic to the " + role.label() + ", but there is none; give the plan " + word
                    + " version, or the phase other steps than "
                    + plan.trafficOf(phase).oldPercents());
        }
    }

    private void checkVersions() {
        if (plan.oldVersion() instanceof ApplicationVersion.Absent
                && plan.newVersion() instanceof ApplicationVersion.Absent) {
            throw new PlanException("a rehearsal needs an old or a new application version that works on the database, "
                    + "found neither");
        }
        Workloads.validate(plan.oldVersion());
        Workloads.validate(plan.newVersion());
        Workloads.validate(plan.oldVersion(), plan.newVersion());
        checkFlags();
        for (VersionRole role : VersionRole.values()) {
            List<String> onReplica = Workloads.onReplica(plan.version(role));
            if (plan.replica() == null && !onReplica.isEmpty()) {
                throw new PlanException("the operations " + onReplica + " of the " + role.label()
                        + " work on a replica, but the plan has none: give it one (@WithReplica, plan.withReplica), or let"
                        + " them work on the primary");
            }
        }
    }

    private void checkFlags() {
        Optional<Phase> flagged =
                plan.phases().stream().filter(phase -> !phase.flags().isEmpty()).findFirst();
        if (flagged.isPresent() && !Workloads.takeFlags(plan.oldVersion()) && !Workloads.takeFlags(plan.newVersion())) {
            throw new PlanException("phase '" + flagged.get().name() + "' turns the flags "
                    + flagged.get().flags() + ", but nothing of either version takes " + Flags.class.getName()
                    + "; give it to the constructor of a workload, or to an operation");
        }
    }

    private static void checkQuery(Invariant invariant) {
        if (!QUERY.matcher(invariant.query()).matches()) {
            throw new PlanException("invariant '" + invariant.name()
                    + "' must be a query (SELECT, WITH, VALUES or TABLE) that returns no row, found: "
                    + invariant.query().strip());
        }
        int statements = SqlScript.split(invariant.name(), invariant.query()).size();
        if (statements != 1) {
            throw new PlanException("invariant '" + invariant.name() + "' must be a single query, found " + statements
                    + " statements: " + invariant.query().strip());
        }
    }

    private static Stream<Change> changes(Phase phase) {
        return Stream.concat(Stream.of(phase.change()), phase.undo().stream());
    }

    private static void checkScript(Change change) {
        if (change.unwrapped() instanceof Change.Script script) {
            Resources.text(script.resource());
        }
    }

    /** Returns the Flyway step of the baseline, or of the first phase that has one. */
    private Optional<Change.Flyway> flyway() {
        return Stream.concat(
                        plan.baseline().steps().stream(), plan.phases().stream().map(Phase::change))
                .map(Change::unwrapped)
                .filter(Change.Flyway.class::isInstance)
                .map(Change.Flyway.class::cast)
                .findFirst();
    }

    private RehearsalPlan withoutFlyway() {
        if (plan.phases().isEmpty()) {
            throw new PlanException("a rehearsal needs at least one phase, found none, and no Flyway baseline whose "
                    + "pending migrations could be phases");
        }
        return plan;
    }

    private RehearsalPlan withFlyway(Change.Flyway first) {
        FlywayVersions versions = FlywayVersions.of(first.source());
        String from = "0";
        if (plan.baseline().steps().stream().map(Change::unwrapped).anyMatch(first::equals)) {
            from = first.target();
            checkOrder(versions, from, first.source().newest());
            versions.require(from, "the baseline ('from')");
        }
        List<String> pending = versions.newerThan(from);
        if (plan.phases().isEmpty()) {
            return withUndoScripts(withPhasePerMigration(first, from, pending), versions, from);
        }
        checkTargets(versions, from, pending);
        return withUndoScripts(plan, versions, from);
    }

    private static void checkOrder(FlywayVersions versions, String from, @Nullable String to) {
        if (to != null && versions.isOlder(to, from)) {
            throw new PlanException("the baseline ('from') is version '" + from
                    + "', which is newer than the last version of the rehearsal ('to'), '" + to
                    + "'; there is nothing between them to rehearse");
        }
    }

    private RehearsalPlan withPhasePerMigration(Change.Flyway baseline, String from, List<String> pending) {
        if (pending.isEmpty()) {
            throw new PlanException("there is nothing to rehearse: no migration newer than '" + from + "' in "
                    + baseline.source().locations());
        }
        List<Phase> phases = new ArrayList<>();
        for (String version : pending) {
            phases.add(Phase.of("migrate to " + version, Change.flyway(version, baseline.source()))
                    .withTraffic(100));
        }
        if (!(plan.newVersion() instanceof ApplicationVersion.Absent)) {
            phases.add(Phase.of("roll out", Change.none()).withTraffic(100, 50, 0));
        }
        return plan.withPhases(phases);
    }

    /** Undo scripts beside the migrations are the rollback of a phase that has none. */
    private static RehearsalPlan withUndoScripts(RehearsalPlan plan, FlywayVersions versions, String from) {
        String reached = from;
        List<Phase> phases = new ArrayList<>();
        for (Phase phase : plan.phases()) {
            Change rollback = phase.rollback();
            if (phase.change().unwrapped() instanceof Change.Flyway flyway) {
                if (rollback == null && versions.canUndo(reached, flyway.target())) {
                    rollback = as(phase.change(), Change.flywayUndo(reached, flyway.source()));
                } else if (rollback != null && rollback.unwrapped() instanceof Change.FlywayUndo undo) {
                    versions.requireUndo(undo.version(), flyway.target());
                }
                reached = flyway.target();
            }
            phases.add(rollback == null ? phase : phase.withRollback(rollback));
        }
        return plan.withPhases(phases);
    }

    private static Change as(Change change, Change undo) {
        return change instanceof Change.Retrying retrying ? Change.retrying(undo, retrying.retry()) : undo;
    }

    private void checkTargets(FlywayVersions versions, String from, List<String> pending) {
        String reached = from;
        List<String> targets = new ArrayList<>();
        for (Phase phase : plan.phases()) {
            if (phase.change().unwrapped() instanceof Change.Flyway flyway) {
                versions.require(flyway.target(), "the target of phase '" + phase.name() + "'");
                if (!versions.isOlder(reached, flyway.target())) {
                    throw new PlanException("phase '" + phase.name() + "' migrates to version '" + flyway.target()
                            + "', but version '" + reached + "' is reached before; targets must ascend from the "
                            + "baseline on");
                }
                reached = flyway.target();
                targets.add(reached);
            }
        }
        List<String> skipped = targets.isEmpty() ? List.of() : versions.newerThan(reached);
        if (!skipped.isEmpty()) {
            throw new PlanException(
                    "the phases migrate to " + targets + " and skip the pending migrations " + skipped + " of "
                            + pending + "; add a phase for each, or say up to which version the rehearsal goes ('to')");
        }
    }
}
