package dev.zdm.verdict;

import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rollback does not leave the catalogue as it was before the change, or the change does not leave it as it did the first
 * time when it is carried out again.
 *
 * @param step which of them
 * @param differences what is missing, added or changed, in words, at least one
 * @param last the last statement that ran; null: none did
 */
public record NotRestored(
        OnTheWayBack.Step step,
        List<String> differences,
        @Nullable SqlStatement last) implements Finding {
    public NotRestored {
        differences = List.copyOf(differences);
    }

    @Override
    public Hazard hazard() {
        return Hazard.NOT_REVERSIBLE;
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.ofNullable(last);
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.notRestored(this);
    }
}
