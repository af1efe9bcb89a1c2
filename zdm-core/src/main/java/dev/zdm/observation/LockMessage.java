package dev.zdm.observation;

import dev.zdm.postgres.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry that {@code log_lock_waits} makes the server write ({@code ProcSleep} in PostgreSQL's {@code proc.c}; the
 * words are the same from 14 to 18 with {@code lc_messages=C}).
 *
 * @param event what happened
 * @param time when the server wrote it
 * @param pid the backend that waits or waited
 * @param mode the mode it asked for
 * @param target what it waits or waited for
 * @param waited how long it had waited by then
 * @param queue who holds the lock and who waits for it; null: the entry does not say, or was cut
 */
record LockMessage(
        Event event,
        Instant time,
        int pid,
        String mode,
        LockTarget target,
        Duration waited,
        @Nullable LockQueue queue) {
    private static final Pattern MESSAGE = Pattern.compile("process (\\d{1,9})"
            + " (still waiting for|acquired|avoided deadlock for|detected deadlock while waiting for|failed to acquire)"
            + " (\\w+) on (.+?)(?: by rearranging queue order)? after (\\d{1,12})\\.(\\d{3}) ms");
    private static final String PIDS = "(|\\d{1,9}(?:, \\d{1,9})*)";
    private static final Pattern DETAIL =
            Pattern.compile("Process(?:es)? holding the lock: " + PIDS + "\\. Wait queue: " + PIDS + "\\.");
    private static final Pattern SEPARATOR = Pattern.compile(", ");

    /** Returns the message of an entry; empty if it is another one, or one that was cut. */
    static Optional<LockMessage> parse(LogEntry entry) {
        if (!entry.severity().equals("LOG") || !entry.message().startsWith("process ")) {
            return Optional.empty();
        }
        Matcher matcher = MESSAGE.matcher(entry.message());
        return matcher.matches() ? Optional.of(of(matcher, entry)) : Optional.empty();
    }

    private static LockMessage of(Matcher matcher, LogEntry entry) {
        Duration waited = Duration.ofMillis(Long.parseLong(matcher.group(5)))
                .plus(Duration.ofNanos(1_000L * Integer.parseInt(matcher.group(6))));
        return new LockMessage(
                event(matcher.group(2)),
                entry.time(),
                Integer.parseInt(matcher.group(1)),
                matcher.group(3),
                LockTarget.parse(matcher.group(4)),
                waited,
                queue(entry.detail()));
    }

    /** Returns when the wait began: up to a millisecond early, for the log's times are cut to the millisecond. */
    Instant begin() {
        return time.minus(waited);
    }

    private static Event event(String words) {
        return switch (words) {
            case "acquired" -> Event.ACQUIRED;
            case "detected deadlock while waiting for", "failed to acquire" -> Event.FAILED;
            default -> Event.WAITING;
        };
    }

    private static @Nullable LockQueue queue(@Nullable String detail) {
        Matcher matcher = DETAIL.matcher(detail == null ? "" : detail);
        return matcher.matches() ? new LockQueue(pids(matcher.group(1)), pids(matcher.group(2))) : null;
    }

    private static List<Integer> pids(String list) {
        return list.isEmpty()
                ? List.of()
                : SEPARATOR.splitAsStream(list).map(Integer::valueOf).toList();
    }

    /** What happened to a wait. */
    enum Event {
        /** It goes on. */
        WAITING,
        /** The lock was granted. */
        ACQUIRED,
        /** It ended without the lock. */
        FAILED
    }
}
