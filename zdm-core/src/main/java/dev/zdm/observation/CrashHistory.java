package dev.zdm.observation;

import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a change that was stopped at every point where it can be, and carried out once more.
 *
 * @param trials the points in order, each with each kind of crash; empty where nothing was tried
 * @param points how many points there are, more than were tried where batches of the same statement stand for each other;
 *     each point is counted once for each kind of crash
 * @param rows how many rows the tables had that the change works on
 * @param length how long all of it took
 * @param notTried why it was not tried; null: it was, or nobody asked
 */
public record CrashHistory(
        List<Trial> trials,
        int points,
        long rows,
        Duration length,
        @Nullable String notTried) {
    /** Nobody asked. */
    public static final CrashHistory NONE = new CrashHistory(List.of(), 0, 0, Duration.ZERO, null);

    public CrashHistory {
        trials = List.copyOf(trials);
    }

    /** Says why nothing was tried. */
    public static CrashHistory notTried(String why) {
        return new CrashHistory(List.of(), 0, 0, Duration.ZERO, why);
    }

    /** When a change is stopped. */
    public enum Moment {
        BEFORE("before"),
        /** While the statement waits for a lock that was put in its way. */
        DURING("during"),
        AFTER("after");

        private final String label;

        Moment(String label) {
            this.label = label;
        }

        /** Returns the word that reports use. */
        public String label() {
            return label;
        }
    }

    /** How a change is stopped. */
    public enum Crash {
        /** Its backend is terminated; the tool that carries it out goes on. */
        BACKEND_TERMINATED("the backend was terminated"),
        /** Whoever carries it out is gone with all its connections; the server may yet finish the statement under way. */
        CLIENT_GONE("the client was gone"),
        /** The server is stopped in mode {@code immediate} and started again; the client is gone too. */
        SERVER_STOPPED("the server was stopped hard");

        private final String label;

        Crash(String label) {
            this.label = label;
        }

        /** Returns the words that reports use. */
        public String label() {
            return label;
        }
    }

    /** What a crash left, and what the second run made of it. */
    public enum Outcome {
        /** Nothing was committed: the second run found what the first one had found. */
        ROLLED_BACK,
        /** A part was committed, and the second run came to the same end as a run without a crash. */
        REPEATED,
        /** The second run failed, or came to another end. */
        HARMED,
        /** The statement was done before it could be stopped. */
        NOT_INTERRUPTED
    }

    /**
     * One crash.
     *
     * @param statement the statement at which the change was stopped
     * @param moment when
     * @param crash how
     * @param outcome what became of it
     * @param harms what is wrong after the second run; empty unless harmed
     */
    public record Trial(SqlStatement statement, Moment moment, Crash crash, Outcome outcome, List<Harm> harms) {
        public Trial {
            harms = List.copyOf(harms);
        }
    }

    /**
     * Something that a crash and a second run leave wrong.
     *
     * @param kind what kind of thing
     * @param what it in words
     * @param at the statement at which the second run failed; null: it did not fail in a statement
     * @param sqlState the code of that failure; null: none
     */
    public record Harm(
            Kind kind,
            String what,
            @Nullable SqlStatement at,
            @Nullable SqlState sqlState) {
        /** A kind of harm. */
        public enum Kind {
            /** The second run failed. */
            RETRY_FAILED,
            /** A migration tool still holds its lock, or has the migration down as failed. */
            TOOL_LOCK,
            /** An index is invalid that is valid without the crash. */
            INVALID_INDEX,
            /** A constraint is not validated that is without the crash. */
            NOT_VALIDATED,
            /** The catalogue is another one. */
            SCHEMA,
            /** The data are others. */
            DATA
        }
    }
}
