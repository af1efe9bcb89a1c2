package dev.zdm.database;

import dev.zdm.postgres.LogEntry;

/** How a server writes its log for programs to read. */
interface LogFormat {
    /** Returns the value of {@code log_destination}. */
    String destination();

    /** Returns how the names of the log files end. */
    String suffix();

    /**
     * Returns where the record that begins at {@code from} ends, its line end included; -1 if it is not complete.
     *
     * @param to the end of what was read
     */
    int endOfRecord(byte[] bytes, int from, int to);

    /** Returns the entry that a record stands for; throws IllegalArgumentException if it stands for none. */
    LogEntry parse(String line);

    /** Returns the format for a major version: JSON from 15 on, CSV before. */
    static LogFormat of(int major) {
        return major >= 15 ? new JsonLogFormat() : new CsvLogFormat();
    }
}
