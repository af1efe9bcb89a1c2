package dev.zdm.junit;

import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.verdict.PhaseResult;
import java.io.PrintStream;

/**
 * Shows progress as one line per phase that every step rewrites, for terminals. Safe for use by several threads.
 *
 * @param title what every line begins with
 * @param out where the lines go
 */
record TerminalProgress(String title, PrintStream out) implements ProgressListener {
    private static final String REWRITE = "\r\u001B[K";
    /** A line that wraps cannot be rewritten; narrower terminals are rare. */
    private static final int WIDTH = 79;

    @Override
    public void phase(String phase, String activity) {
        out.print(REWRITE + cut(Words.step(title, phase, activity)));
        out.flush();
    }

    @Override
    public void done(PhaseResult result) {
        out.println(REWRITE + cut(Words.step(title, result.name(), Words.outcome(result))));
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...";
    }
}
