package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.Change;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the statement of a change that made an operation fail.
 *
 * <p>Where the time tells, it is the statement that ran then or had run last: for what an operation waited for, and for
 * a change whose statements are committed apart, since every operation works on the state after each of them. In one
 * transaction all take effect together. There it is, of the statements that had begun, the last one that names most of
 * what the server's message names; where that names nothing of any, as for a cached plan, the first one that took
 * ACCESS EXCLUSIVE on a table that the application uses, if possible on one that the failed statement names.
 */
final class ErrorCause {
    private static final Pattern NAMED = Pattern.compile(String.join(
            "|",
            "\"([^\"]+)\"",
            "column (?:\\S+\\.)?([^\\s\"]+) does not exist",
            "function (?:\\w+\\.)?(\\w+)\\(",
            "for type (\\w+)$",
            "for type character(?: varying)?(\\(\\d+\\))"));

    private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*");
    private static final Pattern PROCESS = Pattern.compile("[Pp]rocess (\\d+)");

    private static final Set<SqlState> GAVE_UP_WAITING =
            Set.of(SqlState.LOCK_NOT_AVAILABLE, SqlState.QUERY_CANCELED, SqlState.DEADLOCK_DETECTED);

    private final OperationError error;
    private final PhaseHistory history;
    private final List<SqlStatement> begun;

    private ErrorCause(OperationError error, StatementRun during, PhaseHistory history) {
        this.error = error;
        this.history = history;
        this.begun = history.statements().stream()
                .filter(run -> !run.begin().isAfter(during.begin()))
                .map(StatementRun::statement)
                .toList();
    }

    /** Returns the statement, as far as that can be told; null: none had begun when the operation failed. */
    static @Nullable SqlStatement of(OperationError error, PhaseHistory history) {
        StatementRun during = error.during();
        return during == null ? null : new ErrorCause(error, during, history).find(during.statement());
    }

    /** Whether a replica cancelled it because it was in the way of the replay, a deadlock with the replay included. */
    static boolean isConflictOnReplica(OperationError error) {
        return error.message().contains("conflict with recovery")
                || error.message().contains("deadlock with recovery");
    }

    private SqlStatement find(SqlStatement during) {
        if (isConflictOnReplica(error)) {
            SqlStatement closing = closing(words(error.statement()));
            return closing == null ? during : closing;
        }
        if (waitedForTheMigration() || committedApart()) {
            return during;
        }
        SqlStatement named = naming(namesInMessage());
        if (named != null) {
            return named;
        }
        SqlStatement closing = closing(words(error.statement()));
        return closing == null ? during : closing;
    }

    /** The server's message tells who took part in a deadlock; what is cancelled in a wait has no such detail. */
    private boolean waitedForTheMigration() {
        Set<Integer> processes = PROCESS.matcher(error.message())
                .results()
                .map(match -> Integer.valueOf(match.group(1)))
                .collect(Collectors.toSet());
        return GAVE_UP_WAITING.contains(error.sqlState())
                && (processes.isEmpty()
                        || history.statements().stream().anyMatch(run -> processes.contains(run.pid())));
    }

    /** Only sessions that are opened later, in another window, may fail by a statement that did not run last. */
    private boolean committedApart() {
        Change change = history.phase().change().unwrapped();
        boolean apart = (change instanceof Change.Statements list && !list.transactional())
                || (change instanceof Change.Script script && !script.transactional());
        return apart && error.firstWindow() == WindowKind.CHANGE;
    }

    private Set<String> namesInMessage() {
        return NAMED.matcher(error.message())
                .results()
                .map(match -> {
                    int group = 1;
                    while (match.group(group) == null) {
                        group++;
                    }
                    return match.group(group).toLowerCase(Locale.ROOT);
                })
                .collect(Collectors.toSet());
    }

    /** Of those that name as much, the last one that redefines a table; an index does not. */
    private @Nullable SqlStatement naming(Set<String> names) {
        SqlStatement best = null;
        long most = 1;
        for (SqlStatement statement : begun) {
            long score = 2 * contained(names, statement) + (redefines(statement) ? 1 : 0);
            if (score > 1 && score >= most) {
                most = score;
                best = statement;
            }
        }
        return best;
    }

    /** Returns the first one of those that took ACCESS EXCLUSIVE on most of the tables that these words name. */
    private @Nullable SqlStatement closing(Set<String> words) {
        SqlStatement best = null;
        long most = -1;
        for (SqlStatement statement : begun) {
            Set<String> locked = tablesClosedBy(statement);
            long score = locked.stream().filter(words::contains).count();
            if (!locked.isEmpty() && score > most) {
                most = score;
                best = statement;
            }
        }
        return best;
    }

    private static long contained(Collection<String> names, SqlStatement statement) {
        String text = statement.text().toLowerCase(Locale.ROOT);
        return names.stream().filter(text::contains).count();
    }

    private static Set<String> words(@Nullable String sql) {
        return WORD.matcher(sql == null ? "" : sql)
                .results()
                .map(match -> match.group().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** Returns the tables of the application that are closed to it when a statement is done. */
    private Stream<LockTaken> closed(Footprint footprint) {
        return footprint.locks().stream()
                .filter(lock -> lock.mode() == LockMode.ACCESS_EXCLUSIVE
                        && history.use().all().used().contains(lock.relation()));
    }

    private Set<String> tablesClosedBy(SqlStatement statement) {
        return footprints(statement)
                .flatMap(this::closed)
                .filter(lock -> lock.takenBy().equals(statement))
                .map(lock -> lock.relation().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** An index built under a lock that an earlier statement took changes nothing that a session sees. */
    private boolean redefines(SqlStatement statement) {
        return footprints(statement)
                .anyMatch(footprint -> footprint.indexes().isEmpty()
                        && closed(footprint).findAny().isPresent());
    }

    private Stream<Footprint> footprints(SqlStatement statement) {
        return history.footprints().stream()
                .filter(footprint -> footprint.statement().equals(statement));
    }
}
