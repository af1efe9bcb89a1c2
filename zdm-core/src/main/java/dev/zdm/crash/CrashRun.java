package dev.zdm.crash;

import dev.zdm.change.RunningChange;
import dev.zdm.change.SqlParameters;
import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * Carries out a change up to a point and crashes it there.
 *
 * @param change the change
 * @param server the server that may be stopped
 * @param tables the tables that the change works on
 * @param limit how long the change may take
 */
record CrashRun(Change change, EmbeddedServer server, Set<Relation> tables, Duration limit) {
    private static final String WHY = "the client is gone";

    /**
     * What became of the attempt.
     *
     * @param stopped whether it was stopped; otherwise the statement was too quick, or did not come this time
     * @param committed whether anything was committed
     */
    record Result(boolean stopped, boolean committed) {}

    /**
     * Crashes the change, and returns when none of its sessions is left.
     *
     * @param commits whether the statement commits on its way
     */
    Result stopAt(CrashPoint point, Crash crash, Database clone, boolean commits)
            throws SQLException, InterruptedException {
        long first;
        try (Connection control = Quiet.open(clone)) {
            first = Quiet.nextTransaction(control);
        }
        Meeting meeting = new Meeting(point);
        RunningChange running = new RunningChange(change, () -> Quiet.open(clone), SqlParameters.NONE, meeting);
        boolean stopped = false;
        try {
            stopped = arrives(meeting, running) && stop(point, crash, clone, commits, meeting, running);
        } finally {
            if (!stopped) {
                running.cutOff(WHY);
            }
            meeting.end();
            awaitEnd(running, clone);
        }
        try (Connection control = Quiet.open(clone)) {
            Quiet.awaitEndOfOthers(control);
            return new Result(stopped, Quiet.isCommittedSince(first, control));
        }
    }

    private boolean arrives(Meeting meeting, RunningChange running) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (running.isRunning() && System.nanoTime() < deadline) {
            if (meeting.isThere()) {
                return true;
            }
        }
        return false;
    }

    private boolean stop(
            CrashPoint point, Crash crash, Database clone, boolean commits, Meeting meeting, RunningChange running)
            throws SQLException {
        try (Connection control = Quiet.open(clone)) {
            if (point.moment() != Moment.DURING) {
                crash(crash, control, meeting.backend(), running);
                return true;
            }
            try (HoldUp inTheWay = HoldUp.take(clone, tables, commits)) {
                meeting.goOn();
                while (running.isRunning() && !meeting.isPassed()) {
                    if (inTheWay.holds(meeting.backend(), control)) {
                        crash(crash, control, meeting.backend(), running);
                        return true;
                    }
                    Quiet.pause();
                }
                return false;
            }
        }
    }

    private void crash(Crash crash, Connection control, int backend, RunningChange running) throws SQLException {
        switch (crash) {
            case BACKEND_TERMINATED -> {
                Quiet.number(control, "select pg_terminate_backend(" + backend + ")::int");
                while (Quiet.number(control, "select count(*) from pg_stat_activity where pid = " + backend) > 0) {
                    Quiet.pause();
                }
            }
            case CLIENT_GONE -> running.cutOff(WHY);
            case SERVER_STOPPED -> {
                running.cutOff(WHY);
                server.crash();
            }
        }
    }

    private void awaitEnd(RunningChange running, Database clone) throws InterruptedException {
        if (!running.await(limit)) {
            running.stop("the interrupted change did not end", () -> Quiet.open(clone));
        }
    }
}
