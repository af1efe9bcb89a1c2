package dev.zdm.observation;

import dev.zdm.plan.VersionRole;

/**
 * One operation of one version.
 *
 * @param version the version
 * @param operation the operation's name
 */
public record OperationName(VersionRole version, String operation) {
    private static final String READ_BACK = "@ReadBack ";

    /** Returns the name for the reading of a fact. */
    public static OperationName readBack(VersionRole version, String fact) {
        return new OperationName(version, READ_BACK + fact);
    }

    /** Returns whether a fact is read, rather than an operation run. */
    public boolean isReadBack() {
        return operation.startsWith(READ_BACK);
    }

    @Override
    public String toString() {
        return "'" + operation + "' (" + version.label() + ")";
    }
}
