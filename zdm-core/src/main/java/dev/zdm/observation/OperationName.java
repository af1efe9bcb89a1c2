package dev.zdm.observation;

import dev.zdm.plan.VersionRole;

/**
 * One operation of one version.
 *
 * @param version the version
 * @param operation the operation's name
 */
public record OperationName(VersionRole version, String operation) {
    @Override
    public String toString() {
        return "'" + operation + "' (" + version.label() + ")";
    }
}
