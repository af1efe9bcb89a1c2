package dev.zdm.verdict;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.Hiccup;
import dev.zdm.observation.Hiccup.Missing;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What checks and assertions ask of a history. */
public final class Findings {
    // A block may set other timeouts while it runs than the one in force at its end, but hardly one five times as long.
    private static final int LATEST = 5;

    /** Much for the catalogue, little for the slowest disk. */
    private static final long LITTLE_WAL = 1 << 20;

    private Findings() {}

    static @Nullable StatementRun lastStatement(PhaseHistory history) {
        List<StatementRun> runs = history.statements();
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    /** Returns the statement of the change that had begun last at this time; null: none had. */
    static @Nullable StatementRun begunBy(Instant time, PhaseHistory history) {
        return history.statements().stream()
                .filter(run -> !run.begin().isAfter(time))
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    /** Returns the waits of application sessions that the migration caused, longest first. */
    public static List<LockWait> causedByMigration(PhaseHistory history) {
        return history.lockWaits().stream()
                .filter(wait -> wait.waiter().version().isPresent() && wait.cause() != LockWait.Cause.CONTENTION)
                .sorted(Comparator.comparing(LockWait::causedDuration).reversed())
                .toList();
    }

    /** Returns the waits for the work of these statements, longest first: not those in a queue behind them. */
    static List<LockWait> causedBy(Set<SqlStatement> statements, PhaseHistory history) {
        return causedByMigration(history).stream()
                .filter(wait -> wait.culprit() != null && statements.contains(wait.culprit()))
                .filter(wait -> hazard(wait, history) == Hazard.LOCK_WAIT)
                .toList();
    }

    /**
     * Returns how long a wait was the migration's fault: without the times at which the machine stood still, and in a
     * queue no longer than the migration's {@code lock_timeout} let it wait. A timeout that fires late, because all
     * processors are busy, is the machine's fault, and so is a disk that takes long for a transaction that wrote little.
     */
    public static Duration fault(LockWait wait, PhaseHistory history) {
        Instant end = wait.begin().plus(wait.duration());
        Set<Missing> excuses =
                writesLittle(wait, history) ? EnumSet.allOf(Missing.class) : EnumSet.of(Missing.PROCESSOR);
        Duration fault = without(excuses, wait.causedDuration(), wait.begin(), end, history);
        Duration timeout = lockTimeout(wait, history);
        boolean isLateTimeout = fault.compareTo(timeout) > 0 && fault.compareTo(timeout.multipliedBy(LATEST)) <= 0;
        if (wait.cause() == LockWait.Cause.LOCK_QUEUE && isLateTimeout) {
            return timeout;
        }
        return fault.isNegative() ? Duration.ZERO : fault;
    }

    /** Returns what is left of a time without those at which the machine stood still between two instants. */
    static Duration withoutHiccups(Duration time, Instant from, Instant to, PhaseHistory history) {
        return without(EnumSet.of(Missing.PROCESSOR), time, from, to, history);
    }

    private static Duration without(
            Set<Missing> missing, Duration time, Instant from, Instant to, PhaseHistory history) {
        return time.minus(Hiccup.within(
                history.hiccups().stream().filter(hiccup -> missing.contains(hiccup.missing())), from, to));
    }

    /** Returns whether the transaction that was waited for has so little to write that a disk at rest takes no time for it. */
    private static boolean writesLittle(LockWait wait, PhaseHistory history) {
        Set<Integer> transactions = history.footprints().stream()
                .filter(footprint -> footprint.statement().equals(wait.culprit()))
                .map(Footprint::transaction)
                .collect(Collectors.toSet());
        long written = history.footprints().stream()
                .filter(footprint -> transactions.contains(footprint.transaction()))
                .mapToLong(Footprint::walBytes)
                .sum();
        return !transactions.isEmpty() && written <= LITTLE_WAL;
    }

    private static Duration lockTimeout(LockWait wait, PhaseHistory history) {
        return history.footprints().stream()
                .filter(footprint -> footprint.statement().equals(wait.culprit()))
                .map(Footprint::lockTimeout)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /**
     * Returns what a wait that the migration caused is an instance of: a queue also where the migration held the lock,
     * but stood in a queue itself for most of the time.
     */
    public static Hazard hazard(LockWait wait, PhaseHistory history) {
        if (wait.cause() == LockWait.Cause.LOCK_QUEUE) {
            return Hazard.LOCK_QUEUE;
        }
        Duration queued = history.lockWaits().stream()
                .filter(other -> other.waiter() == SessionRole.MIGRATION)
                .map(other -> overlap(wait, other))
                .reduce(Duration.ZERO, Duration::plus);
        return queued.multipliedBy(2).compareTo(wait.causedDuration()) > 0 ? Hazard.LOCK_QUEUE : Hazard.LOCK_WAIT;
    }

    private static Duration overlap(LockWait one, LockWait other) {
        Instant from = one.begin().isAfter(other.begin()) ? one.begin() : other.begin();
        Instant oneEnd = one.begin().plus(one.duration());
        Instant otherEnd = other.begin().plus(other.duration());
        Instant to = oneEnd.isBefore(otherEnd) ? oneEnd : otherEnd;
        return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }
}
