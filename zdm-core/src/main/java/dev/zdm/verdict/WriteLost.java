package dev.zdm.verdict;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something else was read than what an operation had acknowledged.
 *
 * @param mismatches what was read, all of one kind
 * @param between the statement of the change that ran last between the write and the reading; null: none did
 */
public record WriteLost(
        LedgerHistory.Mismatches mismatches, @Nullable StatementRun between) implements Finding {
    /** Returns the first of them. */
    public Mismatch first() {
        return mismatches.first().get(0);
    }

    /** An acknowledged value that no version reads any more is lost; all else is not what it should be. */
    @Override
    public Hazard hazard() {
        return switch (first().kind()) {
            case GONE, TOTAL_TOO_SMALL -> Hazard.DATA_LOSS;
            case VERSIONS_DIFFER, FAILED_WRITE, FOREIGN, TOTAL_TOO_LARGE -> Hazard.DATA_DRIFT;
        };
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return between == null ? Optional.empty() : Optional.of(between.statement());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.writeLost(this);
    }
}
