package dev.zdm.rehearsal;

/** Says that a rehearsal could not be carried out for a reason that is no fault of the migration. */
public final class RehearsalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RehearsalException(String message, Throwable cause) {
        super(message, cause);
    }
}
