package dev.zdm.artifact;

import org.jspecify.annotations.Nullable;

/** Says that an artefact cannot be had: what was expected, what was found, where it was looked for, and what to do. */
public final class ArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArtifactException(String message) {
        super(message);
    }

    ArtifactException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
