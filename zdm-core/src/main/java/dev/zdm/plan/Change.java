package dev.zdm.plan;

import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What a phase does to the database; also how a baseline is built and how a phase is rolled back. */
public sealed interface Change
        permits Change.None,
                Change.Flyway,
                Change.FlywayUndo,
                Change.Liquibase,
                Change.LiquibaseRollback,
                Change.Script,
                Change.Statements,
                Backfill,
                Change.Code,
                Change.Retrying {

    /** Returns the words that reports use, such as {@code Flyway to version 2}. */
    String describe();

    /** Returns the change without what only says how it is carried out. */
    default Change unwrapped() {
        return this;
    }

    /** Returns a change that asks for its locks for 50 ms at a time, up to 30 times. */
    static Change retrying(Change change) {
        return new Retrying(change, LockRetry.DEFAULT);
    }

    /**
     * Returns a change that asks for its locks for a short time, gives way, and tries again.
     *
     * @throws PlanException if the change does nothing, or tries again already
     */
    static Change retrying(Change change, LockRetry retry) {
        return new Retrying(change, retry);
    }

    /** Returns a change that does nothing: a pure roll-out. */
    static Change none() {
        return new None();
    }

    /** Returns a change that migrates with Flyway up to and including {@code target}. */
    static Change flyway(String target, FlywaySource source) {
        return new Flyway(target, source);
    }

    /**
     * Returns a change that undoes Flyway's migrations newer than {@code version}, newest first, by the undo scripts
     * {@code U2__….sql} beside {@code V2__….sql}.
     *
     * <p>A phase that migrates with Flyway and has no rollback gets this one by itself where all its migrations have undo
     * scripts.
     */
    static Change flywayUndo(String version, FlywaySource source) {
        return new FlywayUndo(version, source);
    }

    /** Returns a change that rolls the change sets of a Liquibase changelog back that ran after a tag. */
    static Change liquibaseRollback(String changelog, String tag) {
        return new LiquibaseRollback(changelog, tag, 0);
    }

    /** Returns a change that rolls the last change sets of a Liquibase changelog back. */
    static Change liquibaseRollback(String changelog, int changeSets) {
        return new LiquibaseRollback(changelog, null, changeSets);
    }

    /** Returns a change that runs all change sets of a Liquibase changelog that the database does not have yet. */
    static Change liquibase(String changelog) {
        return new Liquibase(changelog, null);
    }

    /** Returns a change that runs the change sets of a Liquibase changelog up to a tag, a {@code tagDatabase} in it. */
    static Change liquibase(String changelog, String tag) {
        return new Liquibase(changelog, tag);
    }

    /** Returns a change that runs a script from the class path or the file system in one transaction. */
    static Change script(String resource) {
        return new Script(resource, true);
    }

    /** Returns a change that runs statements in one transaction. */
    static Change statements(String... statements) {
        return new Statements(List.of(statements), true);
    }

    /** Returns a change that runs each statement on its own, as {@code CREATE INDEX CONCURRENTLY} needs it. */
    static Change eachOnItsOwn(String... statements) {
        return new Statements(List.of(statements), false);
    }

    /** Returns a change that runs the user's own code. */
    static Change code(String description, DatabaseCode code) {
        return new Code(description, code);
    }

    /** Does nothing. */
    record None() implements Change {
        @Override
        public String describe() {
            return "no change";
        }
    }

    /**
     * Migrates with Flyway.
     *
     * @param target the version to migrate to, as Flyway spells it
     * @param source where the migrations are
     */
    record Flyway(String target, FlywaySource source) implements Change {
        public Flyway {
            Objects.requireNonNull(source);
            if (target.isBlank()) {
                throw new PlanException("a Flyway change needs a target version, found an empty one");
            }
        }

        @Override
        public String describe() {
            return "Flyway to version " + target;
        }
    }

    /**
     * Undoes migrations of Flyway by undo scripts, each in a transaction together with its entry in Flyway's history, so
     * that it is pending again. Flyway itself does so in its paid editions only; this needs none of them.
     *
     * @param version the version to go back to, as Flyway spells it
     * @param source where migrations and undo scripts are
     */
    record FlywayUndo(String version, FlywaySource source) implements Change {
        public FlywayUndo {
            Objects.requireNonNull(source);
            if (version.isBlank()) {
                throw new PlanException(
                        "an undo with Flyway's scripts needs a version to go back to, found an empty one");
            }
        }

        @Override
        public String describe() {
            return "Flyway's undo scripts back to version " + version;
        }
    }

    /**
     * Rolls change sets of Liquibase back, as the changelog says, to a tag or by their number.
     *
     * @param changelog the changelog on the class path, such as {@code db/changelog.xml}
     * @param tag the tag after which change sets are rolled back; null: by their number
     * @param changeSets how many change sets are rolled back, the last one first, where there is no tag
     */
    record LiquibaseRollback(String changelog, @Nullable String tag, int changeSets) implements Change {
        public LiquibaseRollback {
            if (changelog.isBlank() || (tag == null ? changeSets < 1 : tag.isBlank())) {
                throw new PlanException("a Liquibase rollback needs a changelog, and a tag or a number of change sets, "
                        + "found '" + changelog + "', '" + tag + "' and " + changeSets);
            }
        }

        @Override
        public String describe() {
            return "Liquibase rollback of " + changelog
                    + (tag == null ? " by " + changeSets + " change sets" : " to tag " + tag);
        }
    }

    /**
     * Migrates with Liquibase.
     *
     * @param changelog the changelog on the class path, such as {@code db/changelog.xml}
     * @param tag the tag up to which change sets are run; null: all
     */
    record Liquibase(String changelog, @Nullable String tag) implements Change {
        public Liquibase {
            if (changelog.isBlank() || (tag != null && tag.isBlank())) {
                throw new PlanException(
                        "a Liquibase change needs a changelog and, if any, a tag that is not empty, found '" + changelog
                                + "' and '" + tag + "'");
            }
        }

        @Override
        public String describe() {
            return "Liquibase " + changelog + (tag == null ? "" : " to tag " + tag);
        }
    }

    /**
     * Runs a SQL script.
     *
     * @param resource a class path resource ({@code db/U2.sql}), or a file where no such resource exists
     * @param transactional whether all statements run in one transaction, or each on its own
     */
    record Script(String resource, boolean transactional) implements Change {
        @Override
        public String describe() {
            return "script " + resource;
        }
    }

    /**
     * Runs statements in the order given.
     *
     * @param statements at least one
     * @param transactional whether all statements run in one transaction, or each on its own
     */
    record Statements(List<String> statements, boolean transactional) implements Change {
        public Statements {
            statements = List.copyOf(statements);
            if (statements.isEmpty()) {
                throw new PlanException("a change made of statements needs at least one, found none");
            }
        }

        @Override
        public String describe() {
            return statements.size() == 1 ? "1 statement" : statements.size() + " statements";
        }
    }

    /**
     * Runs the user's own code over connections that zdm observes.
     *
     * @param description the words that reports use
     * @param code the code
     */
    record Code(String description, DatabaseCode code) implements Change {
        @Override
        public String describe() {
            return description;
        }
    }

    /**
     * Carries out another change with a {@code lock_timeout}, and tries again what did not get its lock (SQLSTATE
     * {@code 55P03}).
     *
     * <p>What is tried again: of statements and scripts the whole transaction, after it was rolled back, or else the one
     * statement that failed, a {@code BEGIN … COMMIT} among them as a whole; of a backfill the batch; of Flyway the
     * migration, unless it was recorded as failed; of Liquibase the update; of code all of it, so that it must be able to
     * run again. An index that is built {@code CONCURRENTLY} waits without {@code lock_timeout}: nobody queues behind it, and giving up would leave
     * it invalid.
     *
     * @param change what is carried out
     * @param retry how
     */
    record Retrying(Change change, LockRetry retry) implements Change {
        public Retrying {
            Objects.requireNonNull(retry);
            if (change instanceof None || change instanceof Retrying) {
                throw new PlanException(
                        "only a change that does something, and does not try again already, can be tried "
                                + "again, found: " + change.describe());
            }
        }

        @Override
        public String describe() {
            return change.describe();
        }

        @Override
        public Change unwrapped() {
            return change;
        }
    }

    /** Code that works on the database through the given source of connections. */
    @FunctionalInterface
    interface DatabaseCode {
        /**
         * Does the work and returns when it is done.
         *
         * @throws Exception whatever went wrong; it ends the phase
         */
        void run(DataSource database) throws Exception;
    }
}
