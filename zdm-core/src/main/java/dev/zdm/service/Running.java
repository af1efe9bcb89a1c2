package dev.zdm.service;

import java.util.Optional;

/** Whatever runs a service. */
interface Running extends AutoCloseable {
    /** Returns why it does not run any more; empty: it does. */
    Optional<String> ended();

    /** Returns what it has printed. */
    ServiceLog log();

    /** Stops it, and returns when it is gone. Does not throw; a second call does nothing. */
    @Override
    void close();
}
