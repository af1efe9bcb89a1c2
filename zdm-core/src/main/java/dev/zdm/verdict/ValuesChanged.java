package dev.zdm.verdict;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.TableData;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows have other values in columns that the change did not write to.
 *
 * @param hazard {@link Hazard#DATA_LOSS} where values are gone, otherwise {@link Hazard#DATA_DRIFT}
 * @param table what became of the table
 * @param columns the columns
 * @param cause the statement that did it, as far as that can be told
 */
public record ValuesChanged(
        Hazard hazard,
        TableData table,
        List<ColumnData> columns,
        @Nullable SqlStatement cause) implements Finding {
    public ValuesChanged {
        columns = List.copyOf(columns);
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.valuesChanged(this);
    }
}
