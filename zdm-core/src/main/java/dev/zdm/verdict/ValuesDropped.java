package dev.zdm.verdict;

import dev.zdm.observation.TableData;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Columns were dropped with values that no invariant had read before, where the plan demands that nothing is lost.
 *
 * @param table what became of the table
 * @param columns the columns
 * @param cause the statement that did it, as far as that can be told
 */
public record ValuesDropped(
        TableData table,
        List<TableData.Dropped> columns,
        @Nullable SqlStatement cause) implements Finding {
    public ValuesDropped {
        columns = List.copyOf(columns);
    }

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
        return cases.valuesDropped(this);
    }
}
