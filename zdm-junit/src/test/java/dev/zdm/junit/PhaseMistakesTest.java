package dev.zdm.junit;

import static dev.zdm.junit.Mistakes.assertMistake;

import dev.zdm.plan.Change;
import org.junit.jupiter.api.Test;

/** What must not be said of a phase, and the words for it: each class is one mistake. */
class PhaseMistakesTest {
    @Test
    void traffic_needs_a_step() {
        assertMistake(
                TrafficNeedsAStep.class,
                "@Traffic on PhaseMistakesTest.TrafficNeedsAStep.expand: expected at least one step, each the old "
                        + "version's share in percent from 0 to 100, found value = {}");
    }

    @FakeMigration
    static class TrafficNeedsAStep {
        @Phase("expand")
        @Traffic({})
        void expand() {}
    }

    @Test
    void traffic_is_a_percentage() {
        assertMistake(
                TrafficIsAPercentage.class,
                "@Traffic on PhaseMistakesTest.TrafficIsAPercentage.expand: expected at least one step, each the old "
                        + "version's share in percent from 0 to 100, found value = {100, 101}");
    }

    @FakeMigration
    static class TrafficIsAPercentage {
        @Phase("expand")
        @Traffic({100, 101})
        void expand() {}
    }

    @Test
    void flags_are_names_and_values() {
        String mistake =
                "@Flags on PhaseMistakesTest.%s.expand: expected at least one step, each of which names flags once "
                        + "with their values, such as \"write=both, read=old\", found value = %s";
        assertMistake(FlagsNeedValues.class, mistake.formatted("FlagsNeedValues", "{\"read=\"}"));
        assertMistake(FlagsNeedSteps.class, mistake.formatted("FlagsNeedSteps", "{}"));
    }

    @FakeMigration
    static class FlagsNeedValues {
        @Phase("expand")
        @Flags("read=")
        void expand() {}
    }

    @FakeMigration
    static class FlagsNeedSteps {
        @Phase("expand")
        @Flags({})
        void expand() {}
    }

    @Test
    void phase_needs_something_to_do() {
        assertMistake(
                PhaseNeedsSomethingToDo.class,
                "@Phase on PhaseMistakesTest.PhaseNeedsSomethingToDo.expand: expected @Migrate, @Traffic or @Flags "
                        + "beside it, found none of them");
    }

    @FakeMigration
    static class PhaseNeedsSomethingToDo {
        @Phase("expand")
        void expand() {}
    }

    @Test
    void phase_needs_a_name() {
        assertMistake(
                PhaseNeedsAName.class,
                "@Phase on PhaseMistakesTest.PhaseNeedsAName.expand: expected a name, found value = \" \"");
    }

    @FakeMigration
    static class PhaseNeedsAName {
        @Phase(" ")
        @Migrate(to = "2")
        void expand() {}
    }

    @Test
    void phases_need_names_of_their_own() {
        assertMistake(
                PhasesNeedNamesOfTheirOwn.class,
                "@Phase on PhaseMistakesTest.PhasesNeedNamesOfTheirOwn.again: expected a name of its own, found "
                        + "value = \"expand\" as on PhaseMistakesTest.PhasesNeedNamesOfTheirOwn.expand");
    }

    @FakeMigration
    static class PhasesNeedNamesOfTheirOwn {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("expand")
        @Migrate(to = "2")
        void again() {}
    }

    @Test
    void change_needs_a_phase() {
        assertMistake(
                ChangeNeedsAPhase.class,
                "@Migrate on PhaseMistakesTest.ChangeNeedsAPhase.contract: expected @Phase on the same method, found "
                        + "none");
    }

    @FakeMigration
    static class ChangeNeedsAPhase {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Test
        @Migrate(to = "3")
        void contract() {}
    }

    @Test
    void traffic_needs_a_phase() {
        assertMistake(
                TrafficNeedsAPhase.class,
                "@Traffic on PhaseMistakesTest.TrafficNeedsAPhase.everything: expected @Phase on the same method, "
                        + "found none");
    }

    @FakeMigration
    static class TrafficNeedsAPhase {
        @EveryMigration
        @Traffic(50)
        void everything() {}
    }

    @Test
    void class_needs_phases() {
        assertMistake(
                ClassNeedsPhases.class,
                "@ZeroDowntimeMigration on PhaseMistakesTest.ClassNeedsPhases: expected methods marked with @Phase, "
                        + "or one with @EveryMigration, found neither");
    }

    @FakeMigration
    static class ClassNeedsPhases {
        @Test
        void test() {}
    }

    @Test
    void class_has_phases_or_every_migration() {
        assertMistake(
                ClassHasPhasesOrEveryMigration.class,
                "@ZeroDowntimeMigration on PhaseMistakesTest.ClassHasPhasesOrEveryMigration: expected either methods "
                        + "marked with @Phase, or one with @EveryMigration, found both: "
                        + "PhaseMistakesTest.ClassHasPhasesOrEveryMigration.expand and "
                        + "PhaseMistakesTest.ClassHasPhasesOrEveryMigration.everything");
    }

    @FakeMigration
    static class ClassHasPhasesOrEveryMigration {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @EveryMigration
        void everything() {}
    }

    @Test
    void every_migration_stands_once() {
        assertMistake(
                EveryMigrationStandsOnce.class,
                "@ZeroDowntimeMigration on PhaseMistakesTest.EveryMigrationStandsOnce: expected one method marked "
                        + "with @EveryMigration, found 2: PhaseMistakesTest.EveryMigrationStandsOnce.one and "
                        + "PhaseMistakesTest.EveryMigrationStandsOnce.two");
    }

    @FakeMigration
    static class EveryMigrationStandsOnce {
        @EveryMigration
        void one() {}

        @EveryMigration
        void two() {}
    }

    @Test
    void phase_is_a_method_that_junit_runs() {
        assertMistake(
                PhaseIsAMethodThatJunitRuns.class,
                "@Phase on PhaseMistakesTest.PhaseIsAMethodThatJunitRuns.fills: expected a void method that is not "
                        + "private, static or abstract, found 'Change fills()'");
    }

    @FakeMigration
    static class PhaseIsAMethodThatJunitRuns {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}

        @Phase("backfill")
        @Migrate(to = "3")
        Change fills() {
            return Change.none();
        }
    }

    @Test
    void every_migration_is_a_method_that_junit_runs() {
        assertMistake(
                EveryMigrationIsAMethodThatJunitRuns.class,
                "@EveryMigration on PhaseMistakesTest.EveryMigrationIsAMethodThatJunitRuns.everything: expected a void "
                        + "method that is not private, static or abstract, found 'static void everything()'");
    }

    @FakeMigration
    static class EveryMigrationIsAMethodThatJunitRuns {
        @EveryMigration
        static void everything() {}
    }
}
