package dev.zdm.rehearsal;

import java.sql.SQLException;
import java.time.Duration;

/** Something that looks at the data again and again; the thread of a {@link DataWatch} calls it. */
interface Look extends AutoCloseable {
    /** Returns whether there is anything to look at; safe for use by any thread, and quick. */
    boolean hasWork(Moment moment);

    /**
     * Looks once, in one snapshot, and returns whether it came to an end.
     *
     * @param limit how long it may take; while a change runs it is given up after that, and does not count
     */
    boolean look(Moment moment, Duration limit) throws SQLException;

    /** Returns how long it may take while no change runs. */
    Duration limit();

    /** Returns how long to wait until the next time, in nanoseconds. */
    long pauseNanos();

    /** Ends a {@link #look} under way; safe for use by any thread. */
    void cancel();

    @Override
    void close() throws SQLException;
}
