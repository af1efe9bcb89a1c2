package dev.zdm.verdict;

import dev.zdm.observation.SequenceData;
import dev.zdm.postgres.SqlStatement;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * After the change a sequence gives numbers that rows have already.
 *
 * @param sequence the sequence
 * @param cause the statement that did it, as far as that can be told
 */
public record NumbersTaken(SequenceData sequence, @Nullable SqlStatement cause) implements Finding {
    public NumbersTaken {
        Objects.requireNonNull(sequence);
    }

    @Override
    public Hazard hazard() {
        return Hazard.DATA_DRIFT;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(cause);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.numbersTaken(this);
    }
}
