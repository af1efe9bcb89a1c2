package dev.zdm.cases;

import java.util.regex.Pattern;

/** What is the same in every run of a finding's text. */
final class Stable {
    private static final Pattern CONTINUED = Pattern.compile("(?s)\\n.*");
    private static final Pattern DETAIL = Pattern.compile(" (Detail|Hint|Where): .*");
    private static final Pattern DURATION = Pattern.compile("\\b\\d[\\d ]*(\\.\\d+)? ms\\b(?! on)");
    private static final Pattern WAITED = Pattern.compile("\\b[\\d ]*\\d operations? waited");
    private static final Pattern FAILED = Pattern.compile("failed [\\d ]+ times? with (SQLSTATE \\w+) \\([^)]*\\)");
    private static final Pattern ROWS = Pattern.compile("^(all )?[\\d ]+ rows of ");
    private static final Pattern DRIFTED = Pattern.compile("^[\\d ]+ rows? (in|after) .*");

    private Stable() {}

    /** Returns the first line, without the numbers that depend on the run. */
    static String text(String text) {
        String line = DETAIL.matcher(CONTINUED.matcher(text).replaceAll("")).replaceAll("");
        line = DURATION.matcher(line).replaceAll("… ms");
        line = WAITED.matcher(line).replaceAll("operations waited");
        line = FAILED.matcher(line).replaceAll("failed with $1");
        line = ROWS.matcher(line).replaceAll("$1rows of ");
        return DRIFTED.matcher(line).replaceAll("rows that should not be there");
    }
}
