package dev.zdm.workload;

import dev.zdm.observation.Mismatch.Kind;
import dev.zdm.observation.OperationName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was added to one total. Safe for use by several threads. */
final class TotalState {
    private static final int MOST_SUMS = 10_000;

    private final List<Long> unknown = new ArrayList<>();
    private final List<Long> pending = new ArrayList<>();
    private boolean unread;
    private @Nullable BigDecimal base;
    private BigDecimal added = BigDecimal.ZERO;
    private @Nullable OperationName last;
    private long lastNanos = System.nanoTime();

    /** Takes what was read before anybody added to it, unless that is known; null: it could not be read. */
    synchronized void begin(FactReader.@Nullable Found found) {
        unread = found == null;
        if (base == null && found != null && found.value() instanceof Number number) {
            settle(Values.exact(number));
        }
    }

    /** Says what the total was while nobody added to it; what was added before counts no more. */
    synchronized void settle(BigDecimal total) {
        base = total;
        added = BigDecimal.ZERO;
        unknown.clear();
    }

    synchronized void added(long amount, OperationName by, long nanos) {
        added = added.add(BigDecimal.valueOf(amount));
        last = by;
        lastNanos = nanos;
    }

    /** An addition ended without an acknowledgement. */
    synchronized void ended(long amount, Fate fate) {
        switch (fate) {
            case ROLLED_BACK -> {}
            case UNKNOWN -> unknown.add(amount);
            case PENDING -> pending.add(amount);
        }
    }

    /** Returns what the total must be, but for what is not known; null: it was never read. */
    synchronized @Nullable BigDecimal expected() {
        return base == null ? null : base.add(added);
    }

    /** Returns whether something was added to a total that could not be read before. */
    synchronized boolean isBeginUnknown() {
        return base == null && unread && (added.signum() != 0 || unknown() > 0);
    }

    /** Returns how many additions may or may not be in it. */
    synchronized int unknown() {
        return unknown.size() + pending.size();
    }

    /** Returns who added last; null: nobody. */
    synchronized @Nullable OperationName last() {
        return last;
    }

    synchronized long lastNanos() {
        return lastNanos;
    }

    /**
     * Compares what was read while nobody adds with what was added.
     *
     * @param found the total; null: there is none
     * @return what is wrong with it; null: nothing, as far as the outcomes are known
     */
    synchronized @Nullable Kind judge(@Nullable BigDecimal found) {
        if (base == null) {
            return null;
        }
        if (found == null) {
            return Kind.GONE;
        }
        BigDecimal off = found.subtract(base).subtract(added);
        if (off.signum() == 0 || explains(off)) {
            return null;
        }
        boolean lost = added.signum() == 0 || off.signum() != added.signum();
        return lost ? Kind.TOTAL_TOO_SMALL : Kind.TOTAL_TOO_LARGE;
    }

    /** Returns whether some of the additions whose outcome is not known add up to this. */
    private boolean explains(BigDecimal off) {
        List<Long> amounts = new ArrayList<>(unknown);
        amounts.addAll(pending);
        Set<Long> sums = new HashSet<>(Set.of(0L));
        for (long amount : amounts) {
            List<Long> more = sums.stream().map(sum -> sum + amount).toList();
            sums.addAll(more);
            if (sums.size() > MOST_SUMS) {
                return true; // So many outcomes are not known that nothing can be told.
            }
        }
        return sums.stream().anyMatch(sum -> BigDecimal.valueOf(sum).compareTo(off) == 0);
    }
}
