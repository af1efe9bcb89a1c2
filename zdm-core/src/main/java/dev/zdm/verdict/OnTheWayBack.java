package dev.zdm.verdict;

import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/**
 * Something that went wrong on the way back from a phase.
 *
 * @param step where on the way
 * @param finding what went wrong
 */
public record OnTheWayBack(Step step, Finding finding) implements Finding {
    /** A part of the way. */
    public enum Step {
        /** The rollback. */
        ROLLBACK("in the rollback"),
        /** The change, carried out once more after the rollback. */
        AGAIN("when the change was carried out again after the rollback");

        private final String label;

        Step(String label) {
            this.label = label;
        }

        /** Returns the words that reports use. */
        public String label() {
            return label;
        }
    }

    @Override
    public Hazard hazard() {
        return finding.hazard();
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return finding.culprit();
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.onTheWayBack(this);
    }
}
