package dev.zdm.change;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers that stand in SQL as {@code :name}.
 *
 * @param values the numbers by name
 */
public record SqlParameters(Map<String, Long> values) {
    /** No parameters. */
    public static final SqlParameters NONE = new SqlParameters(Map.of());

    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w]):([a-z]+)\\b");

    public SqlParameters {
        values = Map.copyOf(values);
    }

    /** Returns the SQL with another text in place of one {@code :name}. */
    static String replace(String sql, String name, String text) {
        return PARAMETER
                .matcher(sql)
                .replaceAll(match -> Matcher.quoteReplacement(match.group(1).equals(name) ? text : match.group()));
    }

    /** Returns the SQL with the numbers in place; other names, and {@code ::} casts, stay. */
    public String applyTo(String sql) {
        return PARAMETER.matcher(sql).replaceAll(match -> {
            Long value = values.get(match.group(1));
            return Matcher.quoteReplacement(value == null ? match.group() : value.toString());
        });
    }
}
