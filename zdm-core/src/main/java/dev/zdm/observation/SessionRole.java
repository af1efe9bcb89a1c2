package dev.zdm.observation;

import dev.zdm.plan.VersionRole;
import java.util.Optional;

/** On whose behalf a database session works. */
public enum SessionRole {
    /** A session of the old application version. */
    OLD_VERSION("old version"),
    /** A session of the new application version. */
    NEW_VERSION("new version"),
    /** The session that carries out the change. */
    MIGRATION("migration"),
    /** The plan's session in the way. */
    BLOCKER("blocking session"),
    /** A session of the rehearsal itself: invariants and counters. */
    OBSERVER("observer"),
    /** A session nobody announced: autovacuum for example. */
    OTHER("other session");

    private final String label;

    SessionRole(String label) {
        this.label = label;
    }

    /** Returns the words that reports use. */
    public String label() {
        return label;
    }

    /** Returns the role of the sessions of an application version. */
    public static SessionRole of(VersionRole version) {
        return switch (version) {
            case OLD -> OLD_VERSION;
            case NEW -> NEW_VERSION;
        };
    }

    /** Returns the application version, if the session belongs to one. */
    public Optional<VersionRole> version() {
        return switch (this) {
            case OLD_VERSION -> Optional.of(VersionRole.OLD);
            case NEW_VERSION -> Optional.of(VersionRole.NEW);
            case MIGRATION, BLOCKER, OBSERVER, OTHER -> Optional.empty();
        };
    }
}
