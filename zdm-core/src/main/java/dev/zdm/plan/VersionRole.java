package dev.zdm.plan;

/** Which of the two application versions of a rehearsal. */
public enum VersionRole {
    /** The release that is deployed when the migration begins. */
    OLD("old version"),
    /** The release that the migration is for. */
    NEW("new version");

    private final String label;

    VersionRole(String label) {
        this.label = label;
    }

    /** Returns the other one. */
    public VersionRole other() {
        return this == OLD ? NEW : OLD;
    }

    /** Returns the words that reports use. */
    public String label() {
        return label;
    }
}
