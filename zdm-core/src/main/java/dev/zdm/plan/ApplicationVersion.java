package dev.zdm.plan;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One of the two application versions: where its operations come from. */
public sealed interface ApplicationVersion
        permits ApplicationVersion.OfClass,
                ApplicationVersion.OfService,
                ApplicationVersion.OfSql,
                ApplicationVersion.Absent {

    /** Returns a version whose operations are the methods of a workload class. */
    static OfClass of(Class<?> workload) {
        return new OfClass(workload, null, null);
    }

    /** Returns a version made of SQL alone. */
    static ApplicationVersion ofSql(SqlOperation... operations) {
        return new OfSql(List.of(operations));
    }

    /**
     * Returns a version that runs on its own and answers HTTP requests.
     *
     * @param workload its operations: a class as for {@link #of}, whose constructor takes a
     *     {@code dev.zdm.workload.HttpApi} instead of a {@link javax.sql.DataSource}
     */
    static ApplicationVersion ofService(Service service, Class<?> workload) {
        return new OfService(service, workload, List.of());
    }

    /** Returns a version that runs on its own and answers HTTP requests, each of which is an operation. */
    static ApplicationVersion ofService(Service service, HttpOperation... requests) {
        return new OfService(service, null, List.of(requests));
    }

    /** Returns the class whose methods are the version's operations and read-backs; empty: there is none. */
    default Optional<Class<?>> workloadClass() {
        if (this instanceof OfService ofService) {
            return Optional.ofNullable(ofService.workload());
        }
        return this instanceof OfClass ofClass ? Optional.of(ofClass.workload()) : Optional.empty();
    }

    /** Returns the same version that sees these feature flags, if it can. */
    default ApplicationVersion seeing(FlagBoard board) {
        return this instanceof OfClass ofClass ? new OfClass(ofClass.workload(), board, ofClass.release()) : this;
    }

    /** Puts feature flags in force for whatever runs on behalf of this version, if it sees any. */
    default void turnTo(FlagStep step) {
        if (this instanceof OfClass ofClass && ofClass.board() != null) {
            ofClass.board().turnTo(step);
        }
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
     * @param board the feature flags that are in force; null: there are none
     * @param release whose classes it works with; null: with those that it was compiled with, today's
     */
    record OfClass(
            Class<?> workload,
            @Nullable FlagBoard board,
            @Nullable Release release) implements ApplicationVersion {
        /** Returns the same workload that works with the classes of a release, in a class loader of its own. */
        public OfClass over(Release isolated) {
            return new OfClass(workload, board, isolated);
        }
    }

    /**
     * A release that runs on its own, as a process or in a container.
     *
     * @param service how it is started
     * @param workload the class whose methods are its operations; null: there is none
     * @param requests its operations where there is no class
     */
    record OfService(Service service, @Nullable Class<?> workload, List<HttpOperation> requests)
            implements ApplicationVersion {
        public OfService {
            requests = List.copyOf(requests);
            if (workload == null && requests.isEmpty()) {
                throw new PlanException("a version that is a service needs at least one operation, found none");
            }
        }
    }

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
