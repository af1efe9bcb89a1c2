package dev.zdm.crash;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.change.SqlParameters;
import dev.zdm.database.CrashableServer;
import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a change up to a point and crashes it there.
 *
 * @param change the change
 * @param resumes whether a run goes on where an earlier one on the same clone stopped, as a backfill does
 * @param server the server that may be stopped; null: none may
 * @param tables the tables that the change works on
 * @param committing the statements that commit on their way
 * @param limit how long the change may take
 */
record CrashRun(
        Change change,
        boolean resumes,
        @Nullable CrashableServer server,
        Set<Relation> tables,
        Set<SqlStatement> committing,
        Duration limit) {
    private static final String WHY = "the client is gone";

    /**
     * What became of the attempt.
     *
     * @param met the statement at which the change was met; null: it ended without coming so far
     * @param stopped whether it was stopped; otherwise the statement was too quick, or did not come this time
     * @param committed whether anything was committed
     * @param failure why it failed by itself before it was stopped; null: it did not
     */
    record Result(
            @Nullable SqlStatement met,
            boolean stopped,
            boolean committed,
            @Nullable ChangeException failure) {}

    /**
     * Copies a database to crash the change on it. A server that is stopped would have to do again what its log says of a
     * copy that went through its memory.
     */
    static Database copy(Database original, @Nullable CrashableServer server) {
        return server == null ? original.copy() : original.coldCopy();
    }

    /** Makes a clone of a database, to crash the change on it. */
    Patient patient(Database state) {
        return new Patient(copy(state, server));
    }

    /** Crashes the change, and returns when none of its sessions is left. */
    Result stopAt(Stop stop, Patient clone) throws SQLException, InterruptedException {
        long first = Quiet.nextTransaction(clone.onlooker());
        Meeting meeting = new Meeting(stop.point(), resumes);
        RunningChange running = new RunningChange(change, clone::open, SqlParameters.NONE, meeting);
        boolean arrived = false;
        boolean stopped = false;
        try {
            arrived = arrives(meeting, running, clone);
            stopped = arrived && stop(stop, clone, meeting, running);
        } finally {
            if (!stopped) {
                running.cutOff(WHY);
            }
            meeting.end();
            awaitEnd(running, clone);
        }
        Quiet.awaitEndOfOthers(clone.onlooker());
        return new Result(
                arrived ? meeting.statement() : null,
                stopped,
                Quiet.isCommittedSince(first, clone.onlooker()),
                stopped || meeting.isPassed() ? null : running.failure());
    }

    private boolean arrives(Meeting meeting, RunningChange running, Patient clone) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (running.isRunning() && System.nanoTime() < deadline) {
            if (meeting.isThere()) {
                return true;
            }
        }
        if (running.isRunning()) {
            running.stop("it did not come to its crash point within " + limit.toSeconds() + " s", clone::open);
        }
        return false;
    }

    private boolean stop(Stop stop, Patient clone, Meeting meeting, RunningChange running) throws SQLException {
        if (stop.point().moment() != Moment.DURING) {
            crash(stop.crash(), clone, meeting.backend(), running);
            return true;
        }
        SqlStatement statement = meeting.statement();
        boolean commits = statement != null && committing.contains(statement);
        try (HoldUp inTheWay = clone.holdUp(tables, resumes, commits)) {
            meeting.goOn();
            while (running.isRunning() && !meeting.isPassed()) {
                if (inTheWay.holds(meeting.backend(), clone.onlooker())) {
                    crash(stop.crash(), clone, meeting.backend(), running);
                    return true;
                }
                Quiet.pause();
            }
            return false;
        }
    }

    private void crash(Crash crash, Patient clone, int backend, RunningChange running) throws SQLException {
        switch (crash) {
            case BACKEND_TERMINATED -> terminate(backend, clone.onlooker());
            case CLIENT_GONE -> running.cutOff(WHY);
            case SERVER_STOPPED -> {
                running.cutOff(WHY);
                if (server == null) {
                    throw new IllegalStateException("no server that may be stopped");
                }
                server.crash();
                clone.loseSessions();
            }
        }
    }

    private static void terminate(int backend, Connection onlooker) throws SQLException {
        Quiet.number(onlooker, "select pg_terminate_backend(" + backend + ")::int");
        while (Quiet.number(onlooker, "select count(*) from pg_stat_activity where pid = " + backend) > 0) {
            Quiet.pause();
        }
    }

    private void awaitEnd(RunningChange running, Patient clone) throws InterruptedException {
        if (!running.await(limit)) {
            running.stop("the interrupted change did not end", clone::open);
        }
    }
}
