package dev.zdm.observation;

import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Knows which statement each session of the migration ran when.
 *
 * <p>Safe for use by several threads. Of each session the latest {@value #CAPACITY} statements are remembered.
 */
public final class MigrationTimeline {
    static final int CAPACITY = 16_384;

    private final ConcurrentMap<Integer, Session> sessions = new ConcurrentHashMap<>();

    /** Notes that a session of the migration is about to send a statement. */
    public void statementStarted(int pid, SqlStatement statement, Instant at) {
        sessions.computeIfAbsent(pid, unseen -> new Session()).started(statement, at);
    }

    /** Notes that the answer to the session's last statement is there, be it an error. */
    public void statementEnded(int pid, Instant at) {
        Session session = sessions.get(pid);
        if (session != null) {
            session.ended(at);
        }
    }

    /**
     * Returns the statement that the session ran at an instant or, if it ran none, the last one before: where
     * transactions begin and end is not known, and a lock is held until commit.
     */
    public Optional<SqlStatement> statementAt(int pid, Instant at) {
        return runAt(pid, at).map(Run::statement);
    }

    /** Returns when the statement of {@link #statementAt} ended; empty if there is none or it still runs. */
    Optional<Instant> endOfStatementAt(int pid, Instant at) {
        return runAt(pid, at).map(Run::end);
    }

    /** Returns the statement that ran for the most of the time between two instants; empty: none ran for half of it. */
    Optional<SqlStatement> mostlyBetween(int pid, Instant from, Instant to) {
        Session session = sessions.get(pid);
        return session == null ? Optional.empty() : session.mostlyBetween(from, to);
    }

    private Optional<Run> runAt(int pid, Instant at) {
        Session session = sessions.get(pid);
        return session == null ? Optional.empty() : session.at(at);
    }

    private record Run(SqlStatement statement, @Nullable Instant end) {}

    private static final class Session {
        private final TreeMap<Instant, Run> runs = new TreeMap<>();

        synchronized void started(SqlStatement statement, Instant at) {
            runs.put(at, new Run(statement, null));
            if (runs.size() > CAPACITY) {
                runs.pollFirstEntry();
            }
        }

        synchronized void ended(Instant at) {
            Map.Entry<Instant, Run> last = runs.lastEntry();
            if (last != null && last.getValue().end() == null) {
                runs.put(last.getKey(), new Run(last.getValue().statement(), at));
            }
        }

        synchronized Optional<SqlStatement> mostlyBetween(Instant from, Instant to) {
            Instant first = runs.floorKey(from);
            SqlStatement longest = null;
            Duration most = Duration.between(from, to).dividedBy(2);
            for (var run :
                    runs.subMap(first == null ? from : first, true, to, true).entrySet()) {
                Instant began = run.getKey().isBefore(from) ? from : run.getKey();
                Instant end = run.getValue().end();
                Duration length = Duration.between(began, end == null || end.isAfter(to) ? to : end);
                if (length.compareTo(most) > 0) {
                    longest = run.getValue().statement();
                    most = length;
                }
            }
            return Optional.ofNullable(longest);
        }

        synchronized Optional<Run> at(Instant at) {
            return Optional.ofNullable(runs.floorEntry(at)).map(Map.Entry::getValue);
        }
    }
}
