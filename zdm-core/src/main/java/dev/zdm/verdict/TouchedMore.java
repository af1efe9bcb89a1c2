package dev.zdm.verdict;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.TableData;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The change wrote to more than the plan says that it may touch.
 *
 * @param hazard {@link Hazard#DATA_LOSS} where rows or values are gone, otherwise {@link Hazard#DATA_DRIFT}
 * @param table what became of the table
 * @param columns the columns beyond what it may touch
 * @param rows whether it also added or deleted rows, which it may not
 * @param allowed what it may touch
 * @param cause the statement that did it, as far as that can be told
 */
public record TouchedMore(
        Hazard hazard,
        TableData table,
        List<ColumnData> columns,
        boolean rows,
        List<String> allowed,
        @Nullable SqlStatement cause)
        implements Finding {
    public TouchedMore {
        columns = List.copyOf(columns);
        allowed = List.copyOf(allowed);
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.touchedMore(this);
    }
}
