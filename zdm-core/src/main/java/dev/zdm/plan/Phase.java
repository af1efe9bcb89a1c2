package dev.zdm.plan;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step of the migration.
 *
 * @param name unique within the plan
 * @param change what the phase does
 * @param traffic the traffic of the phase; null: it stays as the phase before left it (all old at first)
 * @param rollback how the change is undone; null: it cannot be
 * @param losses what the rollback may give up
 * @param touches what the change may write to of the data that are there
 * @param flags the steps of the feature flags: the first one is in force before and during the change, the others come
 *     after those of the traffic; each names the flags that it changes; none: all stay as the phase before left them
 * @param declaredBackfill whether the change is a backfill although it is no {@link Backfill}
 */
public record Phase(
        String name,
        Change change,
        @Nullable Traffic traffic,
        @Nullable Change rollback,
        Losses losses,
        Touches touches,
        List<FlagStep> flags,
        boolean declaredBackfill) {
    public Phase {
        flags = List.copyOf(flags);
        Objects.requireNonNull(change);
        Objects.requireNonNull(losses);
        Objects.requireNonNull(touches);
        if (name.isBlank()) {
            throw new PlanException("a phase needs a name, found an empty one");
        }
    }

    /** Returns a phase with a change, with the traffic that the phase before left and without a rollback. */
    public static Phase of(String name, Change change) {
        return new Phase(name, change, null, null, Losses.NONE, Touches.UNDECLARED, List.of(), false);
    }

    /** Returns the same phase with this traffic. */
    public Phase withTraffic(int... oldPercents) {
        return new Phase(name, change, Traffic.steps(oldPercents), rollback, losses, touches, flags, declaredBackfill);
    }

    /**
     * Returns the same phase with this rollback, which is rehearsed: it must leave the catalogue and the data as they were
     * before the change, keep what the new version has written, and stop nobody.
     */
    public Phase withRollback(Change undo) {
        return new Phase(name, change, traffic, undo, losses, touches, flags, declaredBackfill);
    }

    /**
     * Returns the same phase, whose rollback may give up these tables and columns.
     *
     * @param places tables and columns as SQL spells them: {@code audit}, {@code product.discount}
     * @throws PlanException if one of them is not a name
     */
    public Phase losing(String... places) {
        return new Phase(
                name, change, traffic, rollback, new Losses(List.of(places)), touches, flags, declaredBackfill);
    }

    /**
     * Returns the same phase, whose change may write to these tables and columns of the data that are there, and to nothing
     * else; what it adds to the schema itself need not be named.
     *
     * @param places tables and columns as SQL spells them: {@code customer}, {@code customer.name},
     *     {@code sales.customer.name}; none: it may not write to any
     * @throws PlanException if one of them is not a name
     */
    public Phase touching(String... places) {
        return new Phase(
                name, change, traffic, rollback, losses, new Touches(List.of(places)), flags, declaredBackfill);
    }

    /**
     * Returns the same phase with these steps of feature flags.
     *
     * @param steps what each step changes, such as {@code "write=both, read=old"}; the first one is in force before and
     *     during the change
     * @throws PlanException if one of them is no step
     */
    public Phase withFlags(String... steps) {
        return withFlags(Stream.of(steps).map(FlagStep::parse).toList());
    }

    /** Returns the same phase with these steps of feature flags. */
    public Phase withFlags(List<FlagStep> steps) {
        return new Phase(name, change, traffic, rollback, losses, touches, steps, declaredBackfill);
    }

    /**
     * Returns the same phase, whose change is a backfill: it is rehearsed by the rules of backfills, and breaking one of
     * them is a violation. A {@link Backfill} need not be declared; of another change that only writes data the rules are
     * tried as well, and what it breaks is advice.
     */
    public Phase asBackfill() {
        return new Phase(name, change, traffic, rollback, losses, touches, flags, true);
    }

    /** Returns whether the change is a backfill, by its kind or because the plan says so. */
    public boolean isBackfill() {
        return declaredBackfill || change.unwrapped() instanceof Backfill;
    }

    /** Returns the rollback, if there is one. */
    public Optional<Change> undo() {
        return Optional.ofNullable(rollback);
    }
}
