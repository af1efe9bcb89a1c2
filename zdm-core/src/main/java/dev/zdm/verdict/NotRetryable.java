package dev.zdm.verdict;

import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.postgres.SqlStatement;
import java.util.List;
import java.util.Optional;

/**
 * The change was stopped and carried out again, and something is wrong then.
 *
 * @param harm what is wrong
 * @param trials the crashes after which it is, in order, at least one
 */
public record NotRetryable(Harm harm, List<Trial> trials) implements Finding {
    public NotRetryable {
        trials = List.copyOf(trials);
    }

    @Override
    public Hazard hazard() {
        return harm.kind() == Harm.Kind.INVALID_INDEX ? Hazard.INVALID_INDEX : Hazard.NOT_RETRYABLE;
    }

    /** Returns the statement at which the second run failed, or else the one at which the change was first stopped. */
    @Override
    public Optional<SqlStatement> culprit() {
        return Optional.of(harm.at() == null ? trials.get(0).statement() : harm.at());
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.notRetryable(this);
    }
}
