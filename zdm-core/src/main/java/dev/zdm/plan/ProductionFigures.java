package dev.zdm.plan;

import dev.zdm.postgres.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the sizes of production's tables from a file that was exported there: comma-separated values in UTF-8, the
 * header {@code schema,table,rows,pages}, then one line for each table, names as {@code pg_class} has them, without SQL's
 * quotes. A value with a comma or a quote in it stands in double quotes, quotes in it are doubled.
 */
public final class ProductionFigures {
    private static final String HEADER = "schema,table,rows,pages";
    private static final int COLUMNS = 4;
    private static final Pattern VALUE = Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*)\"|([^\",]*))(,|$)");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final String file;

    private ProductionFigures(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws PlanException if it cannot be read, or a line is not as it should be; the message says which and why
     */
    public static List<ProductionSize> read(Path file) {
        try {
            return parse(Files.readString(file), String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new PlanException(
                    "the production figures in " + file.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the text of a file.
     *
     * @param file the name that messages use
     * @throws PlanException if a line is not as it should be; the message says which and why
     */
    public static List<ProductionSize> parse(String text, String file) {
        return new ProductionFigures(file).parse(text);
    }

    private List<ProductionSize> parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw mistake(1, "the header " + HEADER, lines.isEmpty() ? "an empty file" : quoted(lines.get(0)));
        }
        List<ProductionSize> sizes = new ArrayList<>();
        for (int line = 2; line <= lines.size(); line++) {
            sizes.add(size(line, lines.get(line - 1)));
        }
        ProductionSize.checkDistinct(sizes);
        return sizes;
    }

    private ProductionSize size(int line, String text) {
        List<String> values = values(line, text);
        if (values.size() != COLUMNS) {
            throw mistake(line, COLUMNS + " values (" + HEADER + ")", values.size() + " in " + quoted(text));
        }
        if (values.get(0).isEmpty() || values.get(1).isEmpty()) {
            throw mistake(line, "the names of a schema and a table", quoted(text));
        }
        return new ProductionSize(
                new TableName(values.get(0), values.get(1)),
                number(line, "rows", values.get(2)),
                number(line, "pages", values.get(3)),
                file + ":" + line);
    }

    private long number(int line, String column, String value) {
        if (value.startsWith("-")) {
            throw mistake(
                    line,
                    "a whole number of at least 0 for " + column + " (a negative one means that the table was never "
                            + "analysed: run ANALYZE in production, or leave the line out)",
                    quoted(value));
        }
        if (!NUMBER.matcher(value).matches()) {
            throw mistake(line, "a whole number of at least 0 for " + column, quoted(value));
        }
        return Long.parseLong(value);
    }

    private List<String> values(int line, String text) {
        List<String> values = new ArrayList<>();
        Matcher value = VALUE.matcher(text);
        int end = 0;
        while (value.find()) {
            values.add(value.group(1) == null ? value.group(2) : value.group(1).replace("\"\"", "\""));
            end = value.end();
            if (value.group(3).isEmpty()) {
                break;
            }
        }
        if (end < text.length()) {
            throw mistake(line, "values between commas, in double quotes as a whole or not at all", quoted(text));
        }
        return values;
    }

    private PlanException mistake(int line, String expected, String found) {
        return new PlanException(
                "production figures " + file + ":" + line + ": expected " + expected + ", found " + found);
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "nothing" : "'" + text + "'";
    }
}
