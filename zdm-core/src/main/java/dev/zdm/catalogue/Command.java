package dev.zdm.catalogue;

import dev.zdm.postgres.SqlStatement;
import java.util.Locale;
import java.util.regex.Pattern;

/** The words of a statement, to choose the words of advice by; a verdict never rests on them. */
final class Command {
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");
    private static final Pattern LITERAL_OR_COMMENT =
            Pattern.compile("(?s)(" + LITERAL.pattern() + ")|--[^\\n]*|/\\*.*?\\*/");

    private Command() {}

    /** Returns the text in lower case on one line, without comments and without what stands in quotes. */
    static String text(SqlStatement statement) {
        String bare =
                LITERAL_OR_COMMENT.matcher(statement.text()).replaceAll(match -> match.group(1) == null ? " " : "''");
        return bare.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
