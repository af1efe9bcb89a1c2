package dev.zdm.junit;

/** Says that the rehearsal of a phase could not tell whether it is zero-downtime, and why. */
public final class InconclusiveRehearsal extends AssertionError {
    private static final long serialVersionUID = 1L;

    InconclusiveRehearsal(String report) {
        super(report);
    }
}
