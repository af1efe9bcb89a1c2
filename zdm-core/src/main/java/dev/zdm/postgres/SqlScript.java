package dev.zdm.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/** Splits scripts into statements; quotes, dollar quotes and comments survive, because the driver's own parser splits. */
public final class SqlScript {
    private SqlScript() {}

    /**
     * Returns the statements of a script in order, each with the line its first word stands on.
     *
     * @param source the name that reports use for the script
     * @param text the script
     */
    public static List<SqlStatement> split(String source, String text) {
        List<SqlStatement> statements = new ArrayList<>();
        int searchFrom = 0;
        for (NativeQuery query : parse(source, text)) {
            String part = query.nativeSql;
            int begin = text.indexOf(part, searchFrom);
            int firstWord = skipBlank(part);
            if (firstWord < part.length()) {
                int line = lineAt(text, Math.max(begin, searchFrom) + firstWord);
                statements.add(new SqlStatement(part.substring(firstWord).strip(), source, line));
            }
            searchFrom = begin < 0 ? searchFrom : begin + part.length();
        }
        return statements;
    }

    private static List<NativeQuery> parse(String source, String text) {
        try {
            return Parser.parseJdbcSql(text, true, false, true, false, false);
        } catch (SQLException e) {
            throw new IllegalArgumentException(source + " cannot be split into statements: " + e.getMessage(), e);
        }
    }

    /** Returns the line, from 1, of a character of a text. */
    public static int lineAt(String text, int index) {
        return 1
                + (int) text.substring(0, Math.min(index, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    /** Returns a statement from its first word on. */
    public static String withoutLeadingComments(String sql) {
        return sql.substring(skipBlank(sql));
    }

    /** Returns the index of the first character that is neither white space nor part of a comment. */
    private static int skipBlank(String sql) {
        int i = 0;
        while (i < sql.length()) {
            if (Character.isWhitespace(sql.charAt(i))) {
                i++;
            } else if (sql.startsWith("--", i)) {
                int end = sql.indexOf('\n', i);
                i = end < 0 ? sql.length() : end;
            } else if (sql.startsWith("/*", i)) {
                i = endOfBlockComment(sql, i);
            } else {
                return i;
            }
        }
        return i;
    }

    /** Block comments nest in PostgreSQL. */
    private static int endOfBlockComment(String sql, int begin) {
        int depth = 0;
        int i = begin;
        while (i < sql.length()) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
                if (depth == 0) {
                    return i;
                }
            } else {
                i++;
            }
        }
        return i;
    }
}
