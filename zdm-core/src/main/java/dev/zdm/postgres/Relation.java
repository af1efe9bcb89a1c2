package dev.zdm.postgres;

import java.util.regex.Pattern;

/**
 * The name of a table, index, view or sequence.
 *
 * @param schema the schema's name, unquoted
 * @param name the relation's name, unquoted
 */
public record Relation(String schema, String name) implements Comparable<Relation> {
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_$]*");

    /** Returns the name as SQL needs it, quoted where necessary, without the schema where that is {@code public}. */
    @Override
    public String toString() {
        return schema.equals("public") ? quoted(name) : quoted(schema) + "." + quoted(name);
    }

    /** Returns the name with its schema, quoted where necessary: what SQL can always be given. */
    public String qualified() {
        return quoted(schema) + "." + quoted(name);
    }

    @Override
    public int compareTo(Relation other) {
        return toString().compareTo(other.toString());
    }

    static String quoted(String identifier) {
        return PLAIN.matcher(identifier).matches() ? identifier : '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
