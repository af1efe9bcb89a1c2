package dev.zdm.workload;

import java.util.List;

/**
 * An application version over its source of connections.
 *
 * @param operations what it does; empty for an absent version
 * @param facts what it can read
 */
record BoundVersion(List<BoundOperation> operations, Facts facts) {
    BoundVersion {
        operations = List.copyOf(operations);
    }
}
