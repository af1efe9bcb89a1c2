package dev.zdm.junit;

import static dev.zdm.junit.Mistakes.assertMistake;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.PlanException;
import org.junit.jupiter.api.Test;

/** What must not be said of a migration and its invariants, and the words for it: each class is one mistake. */
class MigrationMistakesTest {
    @Test
    void every_migration_needs_a_baseline() {
        assertMistake(
                EveryMigrationNeedsABaseline.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.EveryMigrationNeedsABaseline: expected from beside "
                        + "@EveryMigration, the version that the old version works on, found none");
    }

    @ZeroDowntimeMigration(seed = "db/seed.sql", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class EveryMigrationNeedsABaseline {
        @EveryMigration
        void everything() {}
    }

    @Test
    void last_version_needs_a_baseline() {
        assertMistake(
                LastVersionNeedsABaseline.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.LastVersionNeedsABaseline: expected from beside to, "
                        + "found to = \"2\" alone");
    }

    @ZeroDowntimeMigration(to = "2", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class LastVersionNeedsABaseline {
        @Phase("expand")
        @Migrate(sql = "select 1")
        void expand() {}
    }

    @Test
    void migrations_are_somewhere() {
        assertMistake(
                MigrationsAreSomewhere.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.MigrationsAreSomewhere: expected locations to name "
                        + "at least one place of migrations, found locations = {}");
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = {},
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class)
    static class MigrationsAreSomewhere {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void rows_are_at_least_one() {
        assertMistake(
                RowsAreAtLeastOne.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.RowsAreAtLeastOne: expected rows to be at least 1, "
                        + "found rows = 0");
    }

    @ZeroDowntimeMigration(from = "1", rows = 0, oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class RowsAreAtLeastOne {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void lock_wait_is_not_negative() {
        assertMistake(
                LockWaitIsNotNegative.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.LockWaitIsNotNegative: expected lockWaitMillis to "
                        + "be at least 0, found lockWaitMillis = -1");
    }

    @ZeroDowntimeMigration(
            from = "1",
            lockWaitMillis = -1,
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class)
    static class LockWaitIsNotNegative {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void production_has_rows() {
        assertMistake(
                ProductionHasRows.class,
                "@ProductionSize on MigrationMistakesTest.ProductionHasRows: expected rows to be at least 1, found "
                        + "rows = 0");
    }

    @FakeMigration
    @ProductionSize(table = "customer", rows = 0)
    static class ProductionHasRows {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void a_replica_has_some_lag() {
        assertMistake(
                ReplicaHasSomeLag.class,
                "@WithReplica on MigrationMistakesTest.ReplicaHasSomeLag: expected lagMillis to be at least 1, found "
                        + "lagMillis = 0");
    }

    @FakeMigration
    @WithReplica(lagMillis = 0)
    static class ReplicaHasSomeLag {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void a_replica_takes_some_wal() {
        assertMistake(
                ReplicaTakesSomeWal.class,
                "@WithReplica on MigrationMistakesTest.ReplicaTakesSomeWal: expected megabytesPerSecond to be at least"
                        + " 1, found megabytesPerSecond = 0");
    }

    @FakeMigration
    @WithReplica(megabytesPerSecond = 0)
    static class ReplicaTakesSomeWal {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void settings_of_a_replica_have_a_value() {
        assertMistake(
                ReplicaSettingsHaveAValue.class,
                "@WithReplica on MigrationMistakesTest.ReplicaSettingsHaveAValue: expected settings of the form "
                        + "name=value, found settings = {\"hot_standby_feedback\"}");
    }

    @FakeMigration
    @WithReplica(settings = "hot_standby_feedback")
    static class ReplicaSettingsHaveAValue {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void production_table_has_a_name() {
        assertMistake(
                ProductionTableHasAName.class,
                "@ProductionSize on MigrationMistakesTest.ProductionTableHasAName: expected table to be the name of a "
                        + "table as SQL spells it, found table = \"my table\"");
    }

    @FakeMigration
    @ProductionSize(table = "my table", rows = 5)
    static class ProductionTableHasAName {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void production_size_is_given_once() {
        assertMistake(
                ProductionSizeIsGivenOnce.class,
                "the production size of table 'customer' is given twice: 5 rows and 6 rows");
    }

    @FakeMigration
    @ProductionSize(table = "customer", rows = 5)
    @ProductionSize(table = "Customer", rows = 6)
    static class ProductionSizeIsGivenOnce {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void production_sizes_are_somewhere() {
        Object instance = new ProductionSizesAreSomewhere();
        assertThatThrownBy(() -> new PlanReader(ProductionSizesAreSomewhere.class, instance, Fakes.SETTINGS).read("x"))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("file of production sizes 'db/none.csv' not found: neither a resource of the "
                        + "class path nor a file in ");
    }

    @ZeroDowntimeMigration(
            from = "1",
            productionSizes = "db/none.csv",
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class)
    static class ProductionSizesAreSomewhere {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void seed_method_must_exist() {
        assertMistake(
                SeedMethodMustExist.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.SeedMethodMustExist: expected seedMethod to name "
                        + "one method of MigrationMistakesTest.SeedMethodMustExist like 'void sow(DataSource)' or "
                        + "'void sow(DataSource, long rows)', found 'void sow()'");
    }

    @ZeroDowntimeMigration(
            from = "1",
            seedMethod = "sow",
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class)
    static class SeedMethodMustExist {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        void sow() {}
    }

    @Test
    void version_is_not_void() {
        assertMistake(
                VersionIsNotVoid.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.VersionIsNotVoid: expected oldVersion to be a class "
                        + "that can be instantiated, found oldVersion = void.class");
    }

    @ZeroDowntimeMigration(from = "1", oldVersion = void.class, newVersion = Fakes.NewApp.class)
    static class VersionIsNotVoid {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void version_is_not_an_interface() {
        assertMistake(
                VersionIsNotAnInterface.class,
                "@ZeroDowntimeMigration on MigrationMistakesTest.VersionIsNotAnInterface: expected newVersion to be "
                        + "a class that can be instantiated, found newVersion = Runnable.class");
    }

    @ZeroDowntimeMigration(from = "1", oldVersion = Fakes.OldApp.class, newVersion = Runnable.class)
    static class VersionIsNotAnInterface {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void invariant_is_a_string() {
        assertMistake(
                InvariantIsAString.class,
                "@Invariant on MigrationMistakesTest.InvariantIsAString.number: expected a field of type String, "
                        + "found int");
    }

    @FakeMigration
    static class InvariantIsAString {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Invariant
        int number = 1;
    }

    @Test
    void invariant_is_not_null() {
        assertMistake(
                InvariantIsNotNull.class,
                "@Invariant on MigrationMistakesTest.InvariantIsNotNull.query: expected a query that returns no row, "
                        + "found null");
    }

    @FakeMigration
    static class InvariantIsNotNull {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Invariant
        String query;
    }

    @Test
    void invariant_is_not_empty() {
        assertMistake(
                InvariantIsNotEmpty.class,
                "@Invariant on MigrationMistakesTest.InvariantIsNotEmpty.query: expected a query that returns no "
                        + "row, found an empty text");
    }

    @FakeMigration
    static class InvariantIsNotEmpty {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Invariant
        String query = " ";
    }

    @Test
    void invariant_begins_with_a_phase() {
        assertMistake(
                InvariantBeginsWithAPhase.class,
                "@Invariant on MigrationMistakesTest.InvariantBeginsWithAPhase.query: expected from to name one of "
                        + "the phases [expand], found from = \"expnad\"");
    }

    @FakeMigration
    static class InvariantBeginsWithAPhase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Invariant(from = "expnad")
        String query = "select 1";
    }

    @Test
    void invariant_ends_with_a_phase() {
        assertMistake(
                InvariantEndsWithAPhase.class,
                "@Invariant on MigrationMistakesTest.InvariantEndsWithAPhase.query: expected until to name one of "
                        + "the phases [expand], found until = \"contract\"");
    }

    @FakeMigration
    static class InvariantEndsWithAPhase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Invariant(until = "contract")
        String query = "select 1";
    }

    @Test
    void invariant_does_not_end_before_it_begins() {
        assertMistake(
                InvariantDoesNotEndBeforeItBegins.class,
                "@Invariant on MigrationMistakesTest.InvariantDoesNotEndBeforeItBegins.query: expected until not to "
                        + "come before from in the phases [expand, contract], found from = \"contract\" and until = "
                        + "\"expand\"");
    }

    @FakeMigration
    static class InvariantDoesNotEndBeforeItBegins {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("contract")
        @Migrate(to = "2")
        void contract() {}

        @Invariant(from = "contract", until = "expand")
        String query = "select 1";
    }
}
