package dev.zdm.workload;

import java.io.IOException;

/** A service has answered with a status that tells of a failure. */
public final class HttpStatusException extends IOException {
    private static final int LONGEST_BODY = 300;

    private final int status;

    HttpStatusException(String request, int status, String body) {
        super("HTTP " + status + " for " + request + (body.isBlank() ? "" : ": " + shortened(body.strip())));
        this.status = status;
    }

    /** Returns the status, such as 500. */
    public int status() {
        return status;
    }

    private static String shortened(String body) {
        return body.length() <= LONGEST_BODY ? body : body.substring(0, LONGEST_BODY) + " …";
    }
}
