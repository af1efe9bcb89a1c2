package dev.zdm.catalogue;

import dev.zdm.postgres.SqlState;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.Incompatible;
import dev.zdm.verdict.OperationFailed;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What tells an entry's findings from others.
 *
 * @param hazards the kinds of finding
 * @param sqlStates the codes of the failure; empty: any, or none
 * @param command what is found in the culprit's {@linkplain Command text}
 * @param fact what else is so
 */
record Signature(Set<Hazard> hazards, Set<String> sqlStates, Pattern command, Predicate<Finding> fact) {
    boolean matches(Finding finding) {
        return hazards.contains(finding.hazard())
                && (sqlStates.isEmpty()
                        || sqlState(finding).map(sqlStates::contains).orElse(false))
                && command.matcher(finding.culprit().map(Command::text).orElse(""))
                        .find()
                && fact.test(finding);
    }

    private static Optional<String> sqlState(Finding finding) {
        if (finding instanceof OperationFailed failed) {
            return Optional.of(failed.error().sqlState()).map(SqlState::code);
        }
        if (finding instanceof Incompatible incompatible) {
            return Optional.of(incompatible.failure().sqlState()).map(SqlState::code);
        }
        if (finding instanceof ChangeFailed failed) {
            return Optional.ofNullable(failed.run().failure())
                    .map(failure -> failure.sqlState().code());
        }
        return Optional.empty();
    }
}
