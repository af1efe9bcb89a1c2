package dev.zdm.workload;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application version on its source of connections.
 *
 * @param operations what it does
 * @param facts what it reads back; they work as long as this is open
 * @param opened what ends with it: a workload that can be closed, and whatever it runs in
 */
record BoundVersion(List<BoundOperation> operations, Facts facts, AutoCloseable opened) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundVersion.class);

    BoundVersion {
        operations = List.copyOf(operations);
    }

    /** Makes a version that has opened nothing. */
    BoundVersion(List<BoundOperation> operations, Facts facts) {
        this(operations, facts, () -> {});
    }

    /** Does not throw: what an application says when it ends is no part of a rehearsal. */
    @Override
    public void close() {
        try {
            opened.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | LinkageError e) {
            LOG.warn("{} could not be closed", opened, e);
        }
    }
}
