package dev.zdm.workload;

import org.jspecify.annotations.Nullable;

/**
 * What operations say about their writes, so that a write that is lost is noticed.
 *
 * <pre>{@code
 * @Operation
 * void rename(Keys keys, Ledger ledger) {
 *     long id = keys.own();
 *     String name = ledger.newValue(id);   // reads the key back, compares, and announces what comes
 *     customers.rename(id, name);          // commits
 *     ledger.acknowledge(id, name);
 * }
 * }</pre>
 *
 * <p>Announce before each write, acknowledge after its commit and before anything else that can fail: when an operation
 * fails with an error of the server, what it has announced and not acknowledged counts as rolled back. When the outcome is
 * not known, because the connection was lost or something else than the server failed, the old value and the new one are
 * both allowed until the key is read again.
 *
 * <p>For the thread that the operation runs on.
 */
public interface Ledger {
    /**
     * Reads an owned key back through the calling version, compares it with what was acknowledged last, and announces a
     * text that was never written before, of at most 20 letters and digits, or what {@link ReadBack#column} takes.
     *
     * @param key what {@link Keys#own} returned to this operation
     * @throws IllegalStateException if the operation does not own the key, or the fact is no text
     */
    String newValue(long key);

    /**
     * Reads an owned key back as {@link #newValue} does and announces a number that was never written before, counting
     * from 1 000 001, or what {@link ReadBack#column} takes.
     *
     * @throws IllegalStateException if the operation does not own the key, or the fact is no exact number
     */
    long newNumber(long key);

    /**
     * Reads an owned key back as {@link #newValue} does and announces a value of the application's own choosing.
     *
     * @param value what is going to be read of the key; null: it is going to be null, or the row to be deleted
     * @throws IllegalStateException if the operation does not own the key, or the value is of another type than the fact
     */
    void announce(long key, @Nullable Object value);

    /**
     * Says that a write is committed.
     *
     * @param value what is to be read of the key from now on
     * @throws IllegalStateException if nothing was announced for the key, or the value is of another type than the fact
     */
    void acknowledge(long key, @Nullable Object value);

    /**
     * Announces that the operation is going to add to a total, as {@code set balance = balance + amount} does.
     *
     * @param key what {@link Keys#shared} returned
     * @throws IllegalStateException if the key is not shared
     */
    void adding(long key, long amount);

    /**
     * Says that an addition is committed.
     *
     * @throws IllegalStateException if no such addition was announced
     */
    void acknowledgeAdded(long key, long amount);

    /**
     * Returns the ledger of one fact; needed where the version has several.
     *
     * @param name as {@link ReadBack} names it
     * @throws IllegalStateException if the version has no fact of this name
     */
    Ledger fact(String name);
}
