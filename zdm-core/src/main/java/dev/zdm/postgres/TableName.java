package dev.zdm.postgres;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table's name as a user writes it: {@code customer}, {@code sales.order_line}, {@code "Straße"}.
 *
 * @param schema the schema's name, unquoted; null: where the server's search path finds the table
 * @param name the table's name, unquoted
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Identifiers</a>
 */
public record TableName(@Nullable String schema, String name) {
    private static final String PART = "(?:\"(?:[^\"\\x00]|\"\")+\"|[\\p{L}_][\\p{L}\\p{M}\\p{Nd}_$]*)";
    private static final Pattern NAME = Pattern.compile("(?:(" + PART + ")\\.)?(" + PART + ")");
    private static final Pattern ONE = Pattern.compile(PART);
    private static final Pattern PARTS = Pattern.compile(PART + "(?:\\." + PART + ")*");
    private static final Pattern UPPER = Pattern.compile("[A-Z]+");

    /**
     * Reads a name by the rules of SQL: outside of quotes the letters A to Z become small.
     *
     * @throws IllegalArgumentException if the text is not a name with at most one schema
     */
    public static TableName parse(String text) {
        Matcher matcher = NAME.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not the name of a table");
        }
        String schema = matcher.group(1);
        return new TableName(schema == null ? null : unquoted(schema), unquoted(matcher.group(2)));
    }

    /**
     * Reads a name of any number of parts, each by the rules of SQL.
     *
     * @throws IllegalArgumentException if the text is no name
     */
    public static List<String> parts(String text) {
        if (!PARTS.matcher(text.strip()).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a name");
        }
        return ONE.matcher(text.strip())
                .results()
                .map(part -> unquoted(part.group()))
                .toList();
    }

    private static String unquoted(String part) {
        return part.startsWith("\"")
                ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
                : UPPER.matcher(part).replaceAll(match -> match.group().toLowerCase(Locale.ROOT));
    }

    /** Returns the name as SQL needs it, quoted where necessary. */
    @Override
    public String toString() {
        return schema == null ? Relation.quoted(name) : Relation.quoted(schema) + "." + Relation.quoted(name);
    }
}
