package dev.zdm.change;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Who looks on while a backfill runs.
 *
 * @param progress learns how far it has come, after each batch
 * @param latency tells how long the application's operations take now; empty: nobody can tell
 */
record BackfillWatch(Consumer<BackfillProgress> progress, Supplier<Optional<Duration>> latency) {}
