package dev.zdm.observation;

/** What a stretch of a phase was for. */
public enum WindowKind {
    /** Load before the change. */
    STEADY("steady load"),
    /** Load while the change is carried out. */
    CHANGE("change"),
    /** Load after the change, with the traffic it began with. */
    AFTER_CHANGE("after the change"),
    /** Load with shifted traffic. */
    TRAFFIC_STEP("traffic step"),
    /** Load with other feature flags. */
    FLAG_STEP("flag step"),
    /** Load with the traffic and the flags of the step before, to which the roll-out has gone back. */
    STEP_BACK("step back");

    private final String label;

    WindowKind(String label) {
        this.label = label;
    }

    /** Returns whether it is for a step of a roll-out, or for a step back. */
    public boolean isOfRollOut() {
        return this == TRAFFIC_STEP || this == FLAG_STEP || this == STEP_BACK;
    }

    /** Returns the words that reports use. */
    public String label() {
        return label;
    }
}
