package dev.zdm.junit;

/** Says that a phase is not zero-downtime: every finding with what was expected, found, who caused it, what to do. */
public final class ZeroDowntimeViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    ZeroDowntimeViolation(String report) {
        super(report);
    }
}
