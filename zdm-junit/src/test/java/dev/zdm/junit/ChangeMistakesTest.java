package dev.zdm.junit;

import static dev.zdm.junit.Mistakes.assertMistake;

import dev.zdm.plan.Change;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What must not be said of a change, and the words for it: each class is one mistake. */
class ChangeMistakesTest {
    @Test
    void migrate_needs_one_of_its_attributes() {
        assertMistake(
                MigrateNeedsOneOfItsAttributes.class,
                "@Migrate on ChangeMistakesTest.MigrateNeedsOneOfItsAttributes.expand: expected exactly one of to, "
                        + "script, sql, method, found none");
    }

    @FakeMigration
    static class MigrateNeedsOneOfItsAttributes {
        @Phase("expand")
        @Migrate
        void expand() {}
    }

    @Test
    void migrate_takes_only_one_of_its_attributes() {
        assertMistake(
                MigrateTakesOnlyOneOfItsAttributes.class,
                "@Migrate on ChangeMistakesTest.MigrateTakesOnlyOneOfItsAttributes.expand: expected exactly one of "
                        + "to, script, sql, method, found to = \"2\" and sql = {\"select 1\", \"select 2\"}");
    }

    @FakeMigration
    static class MigrateTakesOnlyOneOfItsAttributes {
        @Phase("expand")
        @Migrate(
                to = "2",
                sql = {"select 1", "select 2"})
        void expand() {}
    }

    @Test
    void transactional_goes_with_script_or_sql() {
        assertMistake(
                TransactionalGoesWithScriptOrSql.class,
                "@Migrate on ChangeMistakesTest.TransactionalGoesWithScriptOrSql.expand: expected transactional = "
                        + "false only beside script or sql, found to = \"2\"");
    }

    @FakeMigration
    static class TransactionalGoesWithScriptOrSql {
        @Phase("expand")
        @Migrate(to = "2", transactional = false)
        void expand() {}
    }

    @Test
    void tries_go_with_a_lock_timeout() {
        assertMistake(
                TriesGoWithALockTimeout.class,
                "@Migrate on ChangeMistakesTest.TriesGoWithALockTimeout.expand: expected tries to be at least 1, beside "
                        + "lockTimeoutMillis, found tries = 5 alone");
    }

    @FakeMigration
    static class TriesGoWithALockTimeout {
        @Phase("expand")
        @Migrate(sql = "select 1", tries = 5)
        void expand() {}
    }

    @Test
    void tries_of_every_migration_go_with_a_lock_timeout() {
        assertMistake(
                TriesOfEveryMigrationGoWithALockTimeout.class,
                "@EveryMigration on ChangeMistakesTest.TriesOfEveryMigrationGoWithALockTimeout.everything: expected tries "
                        + "to be at least 1, beside lockTimeoutMillis, found tries = 5 alone");
    }

    @FakeMigration
    static class TriesOfEveryMigrationGoWithALockTimeout {
        @EveryMigration(tries = 5)
        void everything() {}
    }

    @Test
    void lock_timeout_must_not_be_negative() {
        assertMistake(
                LockTimeoutMustNotBeNegative.class,
                "@Migrate on ChangeMistakesTest.LockTimeoutMustNotBeNegative.expand: expected lockTimeoutMillis to be at "
                        + "least 0, found lockTimeoutMillis = -1");
    }

    @FakeMigration
    static class LockTimeoutMustNotBeNegative {
        @Phase("expand")
        @Migrate(sql = "select 1", lockTimeoutMillis = -1)
        void expand() {}
    }

    @Test
    void statements_must_not_be_empty() {
        assertMistake(
                StatementsMustNotBeEmpty.class,
                "@Migrate on ChangeMistakesTest.StatementsMustNotBeEmpty.expand: expected sql without empty "
                        + "statements, found sql = {\"select 1\", \" \"}");
    }

    @FakeMigration
    static class StatementsMustNotBeEmpty {
        @Phase("expand")
        @Migrate(sql = {"select 1", " "})
        void expand() {}
    }

    @Test
    void target_needs_a_baseline() {
        assertMistake(
                TargetNeedsABaseline.class,
                "@Migrate on ChangeMistakesTest.TargetNeedsABaseline.expand: expected to only where "
                        + "@ZeroDowntimeMigration(from = ...) names the version that the old version works on, found "
                        + "to = \"2\" without from");
    }

    @ZeroDowntimeMigration(seed = "db/seed.sql", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class TargetNeedsABaseline {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void method_must_exist() {
        assertMistake(
                MethodMustExist.class,
                "@Migrate on ChangeMistakesTest.MethodMustExist.expand: expected method to name one method of "
                        + "ChangeMistakesTest.MethodMustExist like 'Change fil()' or 'void fil(DataSource)', found "
                        + "no method 'fil'");
    }

    @FakeMigration
    static class MethodMustExist {
        @Phase("expand")
        @Migrate(method = "fil")
        void expand() {}
    }

    @Test
    void method_must_return_a_change_or_take_a_data_source() {
        assertMistake(
                MethodMustReturnAChangeOrTakeADataSource.class,
                "@Migrate on ChangeMistakesTest.MethodMustReturnAChangeOrTakeADataSource.expand: expected method to "
                        + "name one method of ChangeMistakesTest.MethodMustReturnAChangeOrTakeADataSource like "
                        + "'Change fill()' or 'void fill(DataSource)', found 'int fill(String)'");
    }

    @FakeMigration
    static class MethodMustReturnAChangeOrTakeADataSource {
        @Phase("expand")
        @Migrate(method = "fill")
        void expand() {}

        int fill(String text) {
            return text.length();
        }
    }

    @Test
    void method_must_be_the_only_one_that_fits() {
        assertMistake(
                MethodMustBeTheOnlyOneThatFits.class,
                "@Migrate on ChangeMistakesTest.MethodMustBeTheOnlyOneThatFits.expand: expected method to name one "
                        + "method of ChangeMistakesTest.MethodMustBeTheOnlyOneThatFits like 'Change fill()' or 'void "
                        + "fill(DataSource)', found 'Change fill()' and 'void fill(DataSource)'");
    }

    @FakeMigration
    static class MethodMustBeTheOnlyOneThatFits {
        @Phase("expand")
        @Migrate(method = "fill")
        void expand() {}

        Change fill() {
            return Change.none();
        }

        void fill(DataSource database) {}
    }

    @Test
    void method_must_not_return_null() {
        assertMistake(
                MethodMustNotReturnNull.class,
                "@Migrate on ChangeMistakesTest.MethodMustNotReturnNull.expand: expected method "
                        + "ChangeMistakesTest.MethodMustNotReturnNull.fill to return a change, found null");
    }

    @FakeMigration
    static class MethodMustNotReturnNull {
        @Phase("expand")
        @Migrate(method = "fill")
        void expand() {}

        Change fill() {
            return null;
        }
    }

    @Test
    void rollback_needs_one_of_its_attributes() {
        assertMistake(
                RollbackNeedsOneOfItsAttributes.class,
                "@Rollback on ChangeMistakesTest.RollbackNeedsOneOfItsAttributes.expand: expected exactly one of "
                        + "value, sql, method, found none");
    }

    @FakeMigration
    static class RollbackNeedsOneOfItsAttributes {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback
        void expand() {}
    }

    @Test
    void rollback_takes_only_one_of_its_attributes() {
        assertMistake(
                RollbackTakesOnlyOneOfItsAttributes.class,
                "@Rollback on ChangeMistakesTest.RollbackTakesOnlyOneOfItsAttributes.expand: expected exactly one of "
                        + "value, sql, method, found value = \"U2.sql\" and sql = {\"select 1\"}");
    }

    @FakeMigration
    static class RollbackTakesOnlyOneOfItsAttributes {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback(value = "U2.sql", sql = "select 1")
        void expand() {}
    }

    @Test
    void rollback_names_what_it_loses_as_sql_spells_it() {
        assertMistake(
                RollbackNamesWhatItLoses.class,
                "@Rollback on ChangeMistakesTest.RollbackNamesWhatItLoses.expand: expected loses to name tables and columns "
                        + "as SQL spells them, found loses = {\"customer name\"}");
    }

    @FakeMigration
    static class RollbackNamesWhatItLoses {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback(value = "U2.sql", loses = "customer name")
        void expand() {}
    }

    @Test
    void rollback_method_must_exist() {
        assertMistake(
                RollbackMethodMustExist.class,
                "@Rollback on ChangeMistakesTest.RollbackMethodMustExist.expand: expected method to name one method of "
                        + "ChangeMistakesTest.RollbackMethodMustExist like 'Change undo()' or 'void undo(DataSource)', found "
                        + "no method 'undo'");
    }

    @FakeMigration
    static class RollbackMethodMustExist {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback(method = "undo")
        void expand() {}
    }

    @Test
    void rollback_is_tried_again_only_with_a_timeout() {
        assertMistake(
                RollbackIsTriedAgainOnlyWithATimeout.class,
                "@Rollback on ChangeMistakesTest.RollbackIsTriedAgainOnlyWithATimeout.expand: expected tries to be at least 1, "
                        + "beside lockTimeoutMillis, found tries = 3 alone");
    }

    @FakeMigration
    static class RollbackIsTriedAgainOnlyWithATimeout {
        @Phase("expand")
        @Migrate(to = "2")
        @Rollback(value = "U2.sql", tries = 3)
        void expand() {}
    }

    @Test
    void rollback_needs_a_change() {
        assertMistake(
                RollbackNeedsAChange.class,
                "@Phase on ChangeMistakesTest.RollbackNeedsAChange.expand: expected @Migrate beside @Rollback, found "
                        + "none");
    }

    @FakeMigration
    static class RollbackNeedsAChange {
        @Phase("expand")
        @Traffic({100, 0})
        @Rollback("U2.sql")
        void expand() {}
    }
}
