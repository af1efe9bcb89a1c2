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
    TRAFFIC_STEP("traffic step");

    private final String label;

    WindowKind(String label) {
        this.label = label;
    }

    /** Returns the words that reports use. */
    public String label() {
        return label;
    }
}
