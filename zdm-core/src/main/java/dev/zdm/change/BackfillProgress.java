package dev.zdm.change;

import java.time.Duration;
import java.util.List;

/**
 * How far a backfill has come.
 *
 * @param table the table, as the backfill spells it
 * @param batches the batches that were committed, those of earlier runs included
 * @param rows the rows that their statements wrote, by the server's count
 * @param batchSize how many keys the next batch has at most
 * @param position the last key that is done, a text for each column; empty: none is
 * @param elapsed how long this run has taken
 * @param heldUp how much of that it was held up by throttles and by latency
 * @param resumed whether it went on from a position that an earlier run had left
 * @param done whether it has come to the end
 */
public record BackfillProgress(
        String table,
        long batches,
        long rows,
        int batchSize,
        List<String> position,
        Duration elapsed,
        Duration heldUp,
        boolean resumed,
        boolean done) {
    public BackfillProgress {
        position = List.copyOf(position);
    }
}
