package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes entries of what is read of a log, piece by piece. For use by one thread.
 *
 * <p>A record is delivered once its end is there. One that cannot be parsed costs its first line only, so that the
 * reader finds its way again even if it began inside a record.
 */
final class LogRecords {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecords.class);

    private final LogFormat format;
    private byte[] unfinished = {};
    private long lost;

    LogRecords(LogFormat format) {
        this.format = format;
    }

    /** Takes the bytes that follow those taken before, and adds the entries that they complete. */
    void take(byte[] next, List<LogEntry> entries) {
        int kept = unfinished.length;
        byte[] bytes = Arrays.copyOf(unfinished, kept + next.length);
        System.arraycopy(next, 0, bytes, kept, next.length);
        unfinished = Arrays.copyOfRange(bytes, parseInto(entries, bytes), bytes.length);
    }

    /** Notes that nothing more comes of this file: a record whose end is not there is lost. */
    void endOfFile() {
        if (unfinished.length > 0) {
            lose();
            unfinished = new byte[0];
        }
    }

    /** Notes that a part of the log is lost. */
    void lose() {
        lost++;
    }

    /** Returns how many parts of the log were lost. */
    long lost() {
        return lost;
    }

    /** Returns where the last complete record ends. */
    private int parseInto(List<LogEntry> entries, byte[] bytes) {
        int from = 0;
        for (int end = next(bytes, from); end > 0; end = next(bytes, from)) {
            String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
            try {
                entries.add(format.parse(text.stripTrailing()));
                from = end;
            } catch (IllegalArgumentException e) {
                lose();
                LOG.debug("a line of the log is no record, {} so far: {}", lost, text, e);
                from = endOfLine(bytes, from);
            }
        }
        return from;
    }

    private int next(byte[] bytes, int from) {
        return format.endOfRecord(bytes, from, bytes.length);
    }

    private static int endOfLine(byte[] bytes, int from) {
        int end = from;
        while (bytes[end] != '\n') {
            end++;
        }
        return end + 1;
    }
}
