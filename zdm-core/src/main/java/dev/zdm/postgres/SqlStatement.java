package dev.zdm.postgres;

/**
 * One statement of a script or list.
 *
 * @param text the statement without its final semicolon
 * @param source the script's name, or what else the statement stands in
 * @param line the line its first word stands on, from 1; for a list its place in the list
 */
public record SqlStatement(String text, String source, int line) {
    private static final int SUMMARY_LENGTH = 100;

    /** Returns where the statement stands, as {@code V2__add_token.sql:3}. */
    public String position() {
        return source + ":" + line;
    }

    /** Returns the text on one line, cut after about a hundred characters. */
    public String summary() {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SUMMARY_LENGTH ? line : line.substring(0, SUMMARY_LENGTH - 2) + " …";
    }
}
