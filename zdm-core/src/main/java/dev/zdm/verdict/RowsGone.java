package dev.zdm.verdict;

import dev.zdm.observation.TableData;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows are gone that no statement of the change deleted by itself: their table was dropped or emptied, or is another one.
 *
 * @param table what became of the table
 * @param cause the statement that did it, as far as that can be told
 */
public record RowsGone(TableData table, @Nullable SqlStatement cause) implements Finding {
    @Override
    public Hazard hazard() {
        return Hazard.DATA_LOSS;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.rowsGone(this);
    }
}
