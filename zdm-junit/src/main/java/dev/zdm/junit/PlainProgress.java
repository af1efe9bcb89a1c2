package dev.zdm.junit;

import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.verdict.PhaseResult;
import java.io.PrintStream;

/**
 * Shows progress as one line per step, for logs. Safe for use by several threads.
 *
 * @param title what every line begins with
 * @param out where the lines go
 */
record PlainProgress(String title, PrintStream out) implements ProgressListener {
    @Override
    public void phase(String phase, String activity) {
        out.println(Words.step(title, phase, activity));
    }

    @Override
    public void done(PhaseResult result) {
        out.println(Words.step(title, result.name(), Words.outcome(result)));
    }
}
