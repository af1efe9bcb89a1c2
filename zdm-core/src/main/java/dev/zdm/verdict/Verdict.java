package dev.zdm.verdict;

import java.util.ArrayList;
import java.util.List;

/** The answer for a phase or a rehearsal. */
public sealed interface Verdict {
    /** Returns whether the migration is proven to be zero-downtime. */
    default boolean isPassed() {
        return this instanceof Passed;
    }

    /** Returns every finding, gravest first; empty unless violated. */
    default List<Finding> findings() {
        return this instanceof Violated violated ? violated.findings : List.of();
    }

    /** Returns the reasons why the run could not tell; may be filled for a violated verdict too. */
    default List<Doubt> doubts() {
        if (this instanceof Violated violated) {
            return violated.doubts;
        }
        return this instanceof Inconclusive inconclusive ? inconclusive.doubts : List.of();
    }

    /** Returns the verdict over both: violated before inconclusive before passed. */
    default Verdict and(Verdict other) {
        List<Finding> findings = new ArrayList<>(findings());
        findings.addAll(other.findings());
        List<Doubt> doubts = new ArrayList<>(doubts());
        doubts.addAll(other.doubts());
        return of(findings, doubts);
    }

    /** Returns the verdict that these findings and doubts make. */
    static Verdict of(List<Finding> findings, List<Doubt> doubts) {
        if (!findings.isEmpty()) {
            return new Violated(findings, doubts);
        }
        return doubts.isEmpty() ? new Passed() : new Inconclusive(doubts);
    }

    /** Nothing waited, nothing failed, nothing drifted. */
    record Passed() implements Verdict {}

    /**
     * The migration is not zero-downtime.
     *
     * @param findings at least one, gravest first
     * @param doubts what could not be told besides
     */
    record Violated(List<Finding> findings, List<Doubt> doubts) implements Verdict {
        public Violated {
            findings = List.copyOf(findings);
            doubts = List.copyOf(doubts);
        }
    }

    /**
     * The run could not tell.
     *
     * @param doubts at least one
     */
    record Inconclusive(List<Doubt> doubts) implements Verdict {
        public Inconclusive {
            doubts = List.copyOf(doubts);
        }
    }
}
