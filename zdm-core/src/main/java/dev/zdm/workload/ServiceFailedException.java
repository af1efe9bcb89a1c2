package dev.zdm.workload;

/** A request to a service failed; says what the database had told the service. */
final class ServiceFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ServiceFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
