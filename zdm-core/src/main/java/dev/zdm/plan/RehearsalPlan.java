package dev.zdm.plan;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole rehearsal as data.
 *
 * @param name the words that reports use
 * @param baseline the database before the first phase
 * @param oldVersion the release that is deployed when the migration begins
 * @param newVersion the release that the migration is for
 * @param phases in order, at least one, with distinct names
 * @param invariants queries that must return no row
 * @param tolerance what is allowed
 * @param load how the load is generated
 * @param blocker one more session in the way of every change; null: none
 * @param demands what is asked for beyond what zero-downtime means
 * @param productionSizes how large tables are in production, as far as that is known
 * @param replica a replica that follows the database; null: none
 */
public record RehearsalPlan(
        String name,
        Baseline baseline,
        ApplicationVersion oldVersion,
        ApplicationVersion newVersion,
        List<Phase> phases,
        List<Invariant> invariants,
        Tolerance tolerance,
        LoadProfile load,
        @Nullable BlockingSession blocker,
        Set<Demand> demands,
        List<ProductionSize> productionSizes,
        @Nullable Replica replica) {

    public RehearsalPlan {
        Objects.requireNonNull(name);
        Objects.requireNonNull(baseline);
        Objects.requireNonNull(oldVersion);
        Objects.requireNonNull(newVersion);
        Objects.requireNonNull(tolerance);
        Objects.requireNonNull(load);
        phases = List.copyOf(phases);
        invariants = List.copyOf(invariants);
        demands = Set.copyOf(demands);
        productionSizes = List.copyOf(productionSizes);
        checkNames(phases, invariants);
        ProductionSize.checkDistinct(productionSizes);
    }

    private static void checkNames(List<Phase> phases, List<Invariant> invariants) {
        Set<String> names = new LinkedHashSet<>();
        for (Phase phase : phases) {
            if (!names.add(phase.name())) {
                throw new PlanException("two phases are named '" + phase.name() + "'; give each phase its own name");
            }
        }
        for (Invariant invariant : invariants) {
            if (!phases.isEmpty()) {
                checkPhase(invariant, invariant.fromPhase(), names);
                checkPhase(invariant, invariant.untilPhase(), names);
                checkOrder(invariant, List.copyOf(names));
            }
        }
    }

    private static void checkOrder(Invariant invariant, List<String> names) {
        String until = invariant.untilPhase();
        if (until != null && names.indexOf(invariant.fromPhase()) > names.indexOf(until)) {
            throw new PlanException("invariant '" + invariant.name() + "' holds from phase '" + invariant.fromPhase()
                    + "' until phase '" + until + "', which comes before it; the phases are " + names);
        }
    }

    private static void checkPhase(Invariant invariant, @Nullable String phase, Set<String> names) {
        if (phase != null && !names.contains(phase)) {
            throw new PlanException("invariant '" + invariant.name() + "' names phase '" + phase
                    + "', but there is no such phase; the phases are " + names);
        }
    }

    /** Returns a plan without phases, with the default tolerance and load and both versions absent. */
    public static RehearsalPlan named(String name, Baseline baseline) {
        return new RehearsalPlan(
                name,
                baseline,
                ApplicationVersion.absent(),
                ApplicationVersion.absent(),
                List.of(),
                List.of(),
                Tolerance.DEFAULT,
                LoadProfile.DEFAULT,
                null,
                Set.of(),
                List.of(),
                null);
    }

    private RehearsalPlan with(Consumer<PlanParts> edit) {
        PlanParts parts = new PlanParts(this);
        edit.accept(parts);
        return parts.plan();
    }

    private static <T> List<T> and(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** Returns the same plan with these versions. */
    public RehearsalPlan withVersions(ApplicationVersion older, ApplicationVersion newer) {
        return with(parts -> {
            parts.oldVersion = older;
            parts.newVersion = newer;
        });
    }

    /**
     * Returns the same plan with adversarial rows in each table of the baseline: NULL where it is allowed, empty and
     * longest texts, Unicode, quotes, extreme numbers and dates. Their keys are above those that operations draw.
     *
     * <p>A migration may be right about the data that it is for and still fail on such rows.
     *
     * @param number how many rows each table gets; 20 cover the values of most columns; 0: none
     */
    public RehearsalPlan withAdversarialRows(int number) {
        return with(parts -> parts.baseline = baseline.withAdversarialRows(number));
    }

    /** Returns the same plan with one more phase at the end. */
    public RehearsalPlan withPhase(Phase phase) {
        return with(parts -> parts.phases = and(phases, List.of(phase)));
    }

    /** Returns the same plan with these phases. */
    public RehearsalPlan withPhases(List<Phase> all) {
        return with(parts -> parts.phases = all);
    }

    /** Returns the same plan with one more invariant. */
    public RehearsalPlan withInvariant(Invariant invariant) {
        return with(parts -> parts.invariants = and(invariants, List.of(invariant)));
    }

    /** Returns the same plan with another tolerance. */
    public RehearsalPlan withTolerance(Tolerance allowed) {
        return with(parts -> parts.tolerance = allowed);
    }

    /** Returns the same plan with another load. */
    public RehearsalPlan withLoad(LoadProfile profile) {
        return with(parts -> parts.load = profile);
    }

    /** Returns the same plan with a session in the way of every change. */
    public RehearsalPlan withBlocker(BlockingSession session) {
        return with(parts -> parts.blocker = session);
    }

    /** Returns the same plan that demands this too. */
    public RehearsalPlan demanding(Demand demand) {
        Set<Demand> all = new HashSet<>(demands);
        all.add(demand);
        return with(parts -> parts.demands = all);
    }

    /**
     * Returns the same plan with the size that a table has in production; the time of locks is judged at that size.
     *
     * @param table its name as SQL spells it, quoted where SQL needs it, with a schema or without
     * @param rows how many rows it has, at least 1
     */
    public RehearsalPlan withProductionSize(String table, long rows) {
        return withProductionSizes(List.of(ProductionSize.of(table, rows)));
    }

    /** Returns the same plan with more sizes that tables have in production. */
    public RehearsalPlan withProductionSizes(List<ProductionSize> more) {
        return with(parts -> parts.productionSizes = and(productionSizes, more));
    }

    /** Returns the same plan with a replica that follows the database. */
    public RehearsalPlan withReplica(Replica standby) {
        return with(parts -> parts.replica = standby);
    }

    /**
     * Returns a plan of one phase's change alone: with the traffic that the phase begins with, without its rollback, and
     * without invariants, demands, a session in the way and a replica.
     */
    public RehearsalPlan changeAlone(int phaseIndex) {
        return alone(phaseIndex, phases.get(phaseIndex).change());
    }

    /**
     * Returns a plan of one phase's rollback alone, as {@link #changeAlone} does of its change.
     *
     * @param undo the rollback
     */
    public RehearsalPlan rollbackAlone(int phaseIndex, Change undo) {
        return alone(phaseIndex, undo);
    }

    private RehearsalPlan alone(int phaseIndex, Change change) {
        Phase alone = Phase.of(phases.get(phaseIndex).name(), change)
                .withTraffic(trafficOf(phaseIndex).first())
                .withFlags(List.of(flagsOf(phaseIndex).get(0)));
        return with(parts -> {
            parts.phases = List.of(alone);
            parts.invariants = List.of();
            parts.blocker = null;
            parts.demands = Set.of();
            parts.productionSizes = List.of();
            parts.replica = null;
        });
    }

    /** Returns the version of this role. */
    public ApplicationVersion version(VersionRole role) {
        return switch (role) {
            case OLD -> oldVersion;
            case NEW -> newVersion;
        };
    }

    /** Returns the session in the way, if there is one. */
    public Optional<BlockingSession> blockingSession() {
        return Optional.ofNullable(blocker);
    }

    /** Returns the replica, if there is one. */
    public Optional<Replica> standby() {
        return Optional.ofNullable(replica);
    }

    /** Returns whether an invariant holds from the end of this phase's change on. */
    public boolean holdsAfterChange(Invariant invariant, int phaseIndex) {
        return indexOf(invariant.fromPhase(), 0) <= phaseIndex
                && phaseIndex <= indexOf(invariant.untilPhase(), phases.size() - 1);
    }

    /** Returns whether an invariant holds before this phase's change. */
    public boolean holdsBeforeChange(Invariant invariant, int phaseIndex) {
        boolean began = invariant.fromPhase() == null || indexOf(invariant.fromPhase(), 0) < phaseIndex;
        return began && holdsAfterChange(invariant, phaseIndex);
    }

    /** Returns whether an invariant held at some time before this phase's change. */
    public boolean heldBefore(Invariant invariant, int phaseIndex) {
        return invariant.fromPhase() == null || indexOf(invariant.fromPhase(), 0) < phaseIndex;
    }

    private int indexOf(@Nullable String phase, int otherwise) {
        for (int i = 0; i < phases.size(); i++) {
            if (phases.get(i).name().equals(phase)) {
                return i;
            }
        }
        return otherwise;
    }

    /** Returns the versions that get traffic in this phase or a later one. */
    public Set<VersionRole> runningFrom(int phaseIndex) {
        Set<VersionRole> running = EnumSet.noneOf(VersionRole.class);
        for (int i = phaseIndex; i < phases.size(); i++) {
            trafficOf(i).oldPercents().forEach(oldPercent -> add(oldPercent, running));
        }
        return running;
    }

    /** Returns the versions that work on what a phase finds: those of its first traffic and of the phase before. */
    public Set<VersionRole> workingBefore(int phaseIndex) {
        Set<VersionRole> working = EnumSet.noneOf(VersionRole.class);
        add(trafficOf(phaseIndex).first(), working);
        if (phaseIndex > 0) {
            trafficOf(phaseIndex - 1).oldPercents().forEach(oldPercent -> add(oldPercent, working));
        }
        return working;
    }

    private static void add(int oldPercent, Set<VersionRole> versions) {
        if (oldPercent > 0) {
            versions.add(VersionRole.OLD);
        }
        if (oldPercent < 100) {
            versions.add(VersionRole.NEW);
        }
    }

    /** Returns the same plan whose versions see the feature flags that {@link #turnTo} puts in force, if there are any. */
    public RehearsalPlan withFlagBoard() {
        if (phases.stream().allMatch(phase -> phase.flags().isEmpty())) {
            return this;
        }
        FlagBoard board = new FlagBoard();
        return withVersions(oldVersion.seeing(board), newVersion.seeing(board));
    }

    /** Puts feature flags in force for both versions. */
    public void turnTo(FlagStep step) {
        oldVersion.turnTo(step);
        newVersion.turnTo(step);
    }

    /** Returns the feature flags in force at each step of a phase; the first ones are in force before its change. */
    public List<FlagStep> flagsOf(int phaseIndex) {
        List<FlagStep> steps = List.of(FlagStep.NONE);
        for (Phase phase : phases.subList(0, phaseIndex + 1)) {
            steps = FlagStep.inForce(steps.get(steps.size() - 1), phase.flags());
        }
        return steps;
    }

    /** Returns the steps of a phase: those of its traffic with the flags it begins with, then those of its flags. */
    public List<RollOutStep> stepsOf(int phaseIndex) {
        Traffic traffic = trafficOf(phaseIndex);
        List<FlagStep> flags = flagsOf(phaseIndex);
        return Stream.concat(
                        traffic.oldPercents().stream().map(share -> new RollOutStep(share, flags.get(0))),
                        flags.stream().skip(1).map(step -> new RollOutStep(traffic.last(), step)))
                .toList();
    }

    /** Returns the traffic of a phase: its own, or what the phases before it left, all old at first. */
    public Traffic trafficOf(int phaseIndex) {
        int share = 100;
        for (int i = 0; i < phaseIndex; i++) {
            Traffic earlier = phases.get(i).traffic();
            share = earlier == null ? share : earlier.last();
        }
        Traffic own = phases.get(phaseIndex).traffic();
        return own == null ? Traffic.steps(share) : own;
    }
}
