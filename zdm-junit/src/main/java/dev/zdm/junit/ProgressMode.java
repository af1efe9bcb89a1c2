package dev.zdm.junit;

import dev.zdm.rehearsal.ProgressListener;
import java.io.PrintStream;

/** How the progress of a rehearsal is shown. */
enum ProgressMode {
    /** As {@link #TERMINAL} where someone watches, otherwise as {@link #PLAIN}. */
    AUTO,
    /** One line per step. */
    PLAIN,
    /** One line per phase, rewritten at every step. */
    TERMINAL,
    /** Not at all. */
    OFF;

    /**
     * Returns a listener that shows progress this way.
     *
     * @param title what every line begins with
     * @param out where the lines go
     * @param watched whether someone watches {@code out} on a terminal
     */
    ProgressListener listener(String title, PrintStream out, boolean watched) {
        return switch (this) {
            case AUTO -> (watched ? TERMINAL : PLAIN).listener(title, out, watched);
            case PLAIN -> new PlainProgress(title, out);
            case TERMINAL -> new TerminalProgress(title, out);
            case OFF -> ProgressListener.silent();
        };
    }
}
