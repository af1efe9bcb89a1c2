package dev.zdm.observation;

import java.util.List;

/**
 * What one phase showed of the writes that operations announced and acknowledged.
 *
 * @param readBacks how often a key was read back before it was written again, under load
 * @param drainedReadBacks how often a key was read back while the load was drained
 * @param keys how many keys were read back while the load was drained
 * @param totals how many totals of shared keys were compared with what was added to them
 * @param acknowledged how many writes were acknowledged
 * @param unknown how many writes ended without an answer that proves whether they were committed
 * @param idle operations that took the ledger, succeeded and acknowledged nothing
 * @param unverified what could not be read back at all
 * @param mismatches what was read otherwise than acknowledged
 */
public record LedgerHistory(
        long readBacks,
        long drainedReadBacks,
        long keys,
        long totals,
        long acknowledged,
        long unknown,
        List<Idle> idle,
        List<Unverified> unverified,
        List<Mismatches> mismatches) {
    /** Nothing was written through the ledger. */
    public static final LedgerHistory NONE = new LedgerHistory(0, 0, 0, 0, 0, 0, List.of(), List.of(), List.of());

    public LedgerHistory {
        idle = List.copyOf(idle);
        unverified = List.copyOf(unverified);
        mismatches = List.copyOf(mismatches);
    }

    /**
     * An operation that took the ledger and never acknowledged a write.
     *
     * @param operation the operation
     * @param succeeded how often it succeeded
     */
    public record Idle(OperationName operation, long succeeded) {}

    /**
     * Writes that nobody read before the key was written again, or when the load was drained, as reading failed.
     *
     * @param readBack what failed
     * @param count how often there was something to read
     */
    public record Unverified(OperationName readBack, long count) {}

    /**
     * Mismatches of one kind.
     *
     * @param count how many there were
     * @param first the first of them, at least one
     */
    public record Mismatches(long count, List<Mismatch> first) {
        public Mismatches {
            first = List.copyOf(first);
            if (first.isEmpty()) {
                throw new IllegalArgumentException("mismatches without an example");
            }
        }
    }
}
