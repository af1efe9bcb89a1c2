package dev.zdm.plan;

import java.util.List;

/**
 * An operation made of SQL: a session runs the statements in order, again and again; after an error it rolls back and
 * begins anew.
 *
 * @param name the words that reports use
 * @param weight how often it runs in proportion to the version's other operations, at least 1
 * @param statements at least one; {@code BEGIN} and {@code COMMIT} stand in the list, keys are drawn inside the
 *     statements
 * @param prepared whether the statements are server-side prepared
 * @param onReplica whether a session of the replica runs them, where the plan has one
 */
public record SqlOperation(String name, int weight, List<String> statements, boolean prepared, boolean onReplica) {
    public SqlOperation {
        statements = List.copyOf(statements);
        if (statements.isEmpty()) {
            throw new PlanException("operation '" + name + "' needs at least one statement, found none");
        }
        if (weight < 1) {
            throw new PlanException("operation '" + name + "' needs a weight of at least 1, found " + weight);
        }
    }

    /** Returns an operation of weight 1 with server-side prepared statements. */
    public static SqlOperation of(String name, String... statements) {
        return new SqlOperation(name, 1, List.of(statements), true, false);
    }

    /** Returns the same operation with statements that are parsed anew each time. */
    public SqlOperation unprepared() {
        return new SqlOperation(name, weight, statements, false, onReplica);
    }

    /** Returns the same operation on the replica: it can read only, and reads what the replica has replayed. */
    public SqlOperation readingReplica() {
        return new SqlOperation(name, weight, statements, prepared, true);
    }
}
