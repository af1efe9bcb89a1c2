package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the statement of a change that made an operation fail.
 *
 * <p>Of the statements that had begun when the first failure was seen it is the last one that names most of what the
 * server's message names; where the message names nothing of any, as for a cached plan, the first one that took ACCESS
 * EXCLUSIVE on a table that the application uses; otherwise the last one.
 */
final class ErrorCause {
    private static final Pattern NAMED = Pattern.compile("\"([^\"]+)\"|column (?:\\S+\\.)?(\\S+) does not exist");

    private ErrorCause() {}

    static @Nullable SqlStatement of(OperationError error, PhaseHistory history) {
        StatementRun during = error.during();
        if (during == null) {
            return null;
        }
        List<SqlStatement> begun = new ArrayList<>();
        for (StatementRun run : history.statements()) {
            if (!run.begin().isAfter(during.begin())) {
                begun.add(run.statement());
            }
        }
        SqlStatement named = naming(error.message(), begun);
        if (named != null) {
            return named;
        }
        return history.footprints().stream()
                .filter(footprint -> begun.contains(footprint.statement()) && stopsReaders(footprint, history))
                .map(Footprint::statement)
                .findFirst()
                .orElse(during.statement());
    }

    private static @Nullable SqlStatement naming(String message, List<SqlStatement> begun) {
        Set<String> names = NAMED.matcher(message)
                .results()
                .map(match -> match.group(1) != null ? match.group(1) : match.group(2))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        SqlStatement best = null;
        long most = 1;
        for (SqlStatement statement : begun) {
            String text = statement.text().toLowerCase(Locale.ROOT);
            long named = names.stream().filter(text::contains).count();
            if (named >= most) {
                most = named;
                best = statement;
            }
        }
        return best;
    }

    private static boolean stopsReaders(Footprint footprint, PhaseHistory history) {
        return footprint.locks().stream()
                .anyMatch(lock -> lock.mode() == LockMode.ACCESS_EXCLUSIVE
                        && history.use().used().contains(lock.relation()));
    }
}
