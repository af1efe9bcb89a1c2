package dev.zdm.junit;

import dev.zdm.plan.RehearsalPlan;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsal of one test class: runs each phase once, in order, and remembers which one was red.
 *
 * <p>It opens with the first phase that is asked for and closes with the last one, or with the first red one. Safe for
 * use by several threads: one phase runs at a time.
 */
final class ClassRehearsal implements AutoCloseable {
    private final RehearsalPlan plan;
    private final Supplier<Engine.Run> opener;
    private final List<PhaseResult> results = new ArrayList<>();
    private volatile Engine.@Nullable Run run;
    private @Nullable RehearsalResult result;
    private @Nullable Throwable broken;
    private @Nullable Red red;

    /**
     * Makes a rehearsal that is not open yet.
     *
     * @param plan with its phases
     * @param opener prepares the rehearsal
     */
    ClassRehearsal(RehearsalPlan plan, Supplier<Engine.Run> opener) {
        this.plan = plan;
        this.opener = opener;
    }

    /** Returns the plan with its phases. */
    RehearsalPlan plan() {
        return plan;
    }

    /**
     * Rehearses up to a phase, unless that was done before, and returns that phase's result.
     *
     * <p>If the rehearsal breaks, this and every later call throw what broke it; if an earlier phase is red, they throw
     * its failure.
     */
    synchronized PhaseResult run(int phase) {
        while (true) {
            Optional<PhaseResult> earlier = firstRed(phase);
            if (earlier.isPresent()) {
                throw Failures.of(earlier.get()).orElseThrow();
            }
            if (phase < results.size()) {
                return results.get(phase);
            }
            step();
        }
    }

    /** Returns who waits for whom now, in words; empty while it is not open. Does not wait for the phase under way. */
    Optional<String> lockWaits() {
        return Optional.ofNullable(run).map(Engine.Run::lockWaits);
    }

    /** Returns the result of the phases so far; empty before the first one. */
    synchronized Optional<RehearsalResult> result() {
        return Optional.ofNullable(result);
    }

    /** Remembers that the test of a phase failed, and ends the rehearsal: the phases after a red one are skipped. */
    synchronized void markRed(int phase, Throwable failure) {
        if (red == null) {
            red = new Red(phase, Failures.firstLine(failure));
        }
        closeAfter(failure);
    }

    /** Returns why a phase must not be rehearsed: an earlier one was red. */
    synchronized Optional<String> skipReason(int phase) {
        Red failed = red;
        if (failed != null && failed.phase < phase) {
            return Optional.of(skipReason(plan.phases().get(failed.phase).name(), failed.reason));
        }
        return firstRed(phase)
                .map(result -> skipReason(
                        result.name(), Failures.firstLine(Failures.of(result).orElseThrow())));
    }

    @Override
    public synchronized void close() {
        Engine.Run open = run;
        run = null;
        if (open != null) {
            open.close();
        }
    }

    private static String skipReason(String phase, String why) {
        return "phase '" + phase + "' was red: " + why;
    }

    private Optional<PhaseResult> firstRed(int before) {
        return results.stream()
                .limit(before)
                .filter(result -> !result.verdict().isPassed())
                .findFirst();
    }

    private void step() {
        if (broken instanceof Error error) {
            throw error;
        }
        if (broken instanceof RuntimeException exception) {
            throw exception;
        }
        try {
            Engine.Run open = run == null ? opener.get() : run;
            run = open;
            PhaseResult next = open.runNext();
            results.add(next);
            result = open.result();
            if (!next.verdict().isPassed() || results.size() == plan.phases().size()) {
                close();
            }
        } catch (RuntimeException | Error e) {
            broken = e;
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private record Red(int phase, String reason) {}
}
