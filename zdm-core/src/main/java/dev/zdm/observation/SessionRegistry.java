package dev.zdm.observation;

import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * Knows on whose behalf each database session works, and what each application session did when.
 *
 * <p>Safe for use by any number of threads. Starting and ending an operation takes one look-up without a lock and a
 * lock of that session alone, which its own thread shares only with the rare reader. Memory is bounded: of the sessions
 * the latest {@value #MAX_SESSIONS} are remembered, ended ones included, of each session's operations the latest
 * {@value SessionOperations#CAPACITY}.
 */
public final class SessionRegistry {
    static final int MAX_SESSIONS = 20_000;

    private final ConcurrentMap<Integer, Session> sessions = new ConcurrentHashMap<>();
    private final Queue<Integer> byAge = new ConcurrentLinkedQueue<>();

    /**
     * Says on whose behalf a session works. The role outlives the session; if the operating system gives its pid to
     * another one, the newer role counts. Saying the same again changes nothing.
     */
    public void register(int pid, SessionRole role) {
        Session known = sessions.get(pid);
        if (known != null && known.role == role) {
            return;
        }
        if (sessions.put(pid, new Session(role)) == null) {
            byAge.add(pid);
            forgetOldest();
        }
    }

    /** Returns the role of a session; empty if nobody announced it. */
    public Optional<SessionRole> roleOf(int pid) {
        Session session = sessions.get(pid);
        return session == null ? Optional.empty() : Optional.of(session.role);
    }

    /** Notes that a registered session begins an operation; one that has not ended ends now. */
    public void operationStarted(int pid, OperationName operation, Instant at) {
        Session session = sessions.get(pid);
        if (session != null) {
            session.operations.started(operation, at);
        }
    }

    /** Notes that a registered session is done with its operation. */
    public void operationEnded(int pid, Instant at) {
        Session session = sessions.get(pid);
        if (session != null) {
            session.operations.ended(at);
        }
    }

    /**
     * Returns the operation that shares the most time with the interval, the later one of two that share as much; empty
     * if none touches it or it is too long ago.
     */
    public Optional<OperationName> operationAt(int pid, Instant begin, Instant end) {
        return runAt(pid, begin, end).map(SessionOperations.Run::operation);
    }

    Optional<SessionOperations.Run> runAt(int pid, Instant begin, Instant end) {
        Session session = sessions.get(pid);
        return session == null ? Optional.empty() : session.operations.at(begin, end);
    }

    private void forgetOldest() {
        while (sessions.size() > MAX_SESSIONS) {
            Integer oldest = byAge.poll();
            if (oldest == null) {
                return;
            }
            sessions.remove(oldest);
        }
    }

    private static final class Session {
        final SessionRole role;
        final SessionOperations operations = new SessionOperations();

        Session(SessionRole role) {
            this.role = role;
        }
    }
}
