package dev.zdm.change;

/** Says that a lock could not be had, or that a try left something behind that must not be tried over. */
final class GaveUpException extends Exception {
    private static final long serialVersionUID = 1L;

    GaveUpException(String explanation, Throwable cause) {
        super(explanation, cause);
    }
}
