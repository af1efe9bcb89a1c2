package dev.zdm.service;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Whatever runs a service. */
interface Running extends AutoCloseable {
    /** Returns why it does not run any more; empty: it does. */
    Optional<String> ended();

    /** Returns where it answers. */
    URI uri();

    /** Returns the last lines that it has printed, oldest first. */
    List<String> lastLines(int number);

    /** Stops it, and returns when it is gone. Does not throw; a second call does nothing. */
    @Override
    void close();
}
