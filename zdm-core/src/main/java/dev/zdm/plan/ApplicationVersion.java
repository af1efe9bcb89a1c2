package dev.zdm.plan;

import java.util.List;

/** One of the two application versions: where its operations come from. */
public sealed interface ApplicationVersion
        permits ApplicationVersion.OfClass, ApplicationVersion.OfSql, ApplicationVersion.Absent {

    /** Returns a version whose operations are the methods of a workload class. */
    static ApplicationVersion of(Class<?> workload) {
        return new OfClass(workload);
    }

    /** Returns a version made of SQL alone. */
    static ApplicationVersion ofSql(SqlOperation... operations) {
        return new OfSql(List.of(operations));
    }

    /** Returns a version that does nothing; the load is the other version's alone. */
    static ApplicationVersion absent() {
        return new Absent();
    }

    /**
     * A workload class: its constructor takes a {@link javax.sql.DataSource}, its methods marked with
     * {@code @Operation} are the operations.
     *
     * @param workload the class
     */
    record OfClass(Class<?> workload) implements ApplicationVersion {}

    /**
     * Lists of statements.
     *
     * @param operations at least one
     */
    record OfSql(List<SqlOperation> operations) implements ApplicationVersion {
        public OfSql {
            operations = List.copyOf(operations);
            if (operations.isEmpty()) {
                throw new PlanException("a version made of SQL needs at least one operation, found none");
            }
        }
    }

    /** Nothing. */
    record Absent() implements ApplicationVersion {}
}
