package dev.zdm.assertions.archunit;

import static dev.zdm.assertions.archunit.ZdmRules.everyMigrationIsRehearsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.plan.PlanException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the test class path are V1, V2 and V10 in db/migration, and V11 in db/migration/audit. */
class MigrationRuleTest {
    private static final MigrationRule RULE = everyMigrationIsRehearsed().startingAfter("1");

    static class Old {}

    static class New {}

    @ZeroDowntimeMigration(from = "1", oldVersion = Old.class, newVersion = New.class)
    static class Everything {}

    @ZeroDowntimeMigration(from = "1", to = "2", oldVersion = Old.class, newVersion = New.class)
    static class AddsToken {}

    @ZeroDowntimeMigration(from = "2", oldVersion = Old.class, newVersion = New.class)
    static class TheRest {
        @Phase("contract")
        @Migrate(to = "10")
        void contract() {}

        @Phase("audit")
        @Migrate(to = "11")
        void audit() {}
    }

    @ZeroDowntimeMigration(from = "1", oldVersion = Old.class, newVersion = New.class)
    static class OnlyPhase2 {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @ZeroDowntimeMigration(from = "1", oldVersion = Old.class, newVersion = New.class)
    static class OnlyScripts {
        @Phase("expand")
        @Migrate(script = "db/expand.sql")
        void expand() {}
    }

    @ZeroDowntimeMigration(oldVersion = Old.class, newVersion = New.class)
    static class WithoutFlyway {}

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:/db/migration/audit/",
            oldVersion = Old.class,
            newVersion = New.class)
    static class OnlyAudit {}

    @ZeroDowntimeMigration(from = "1", oldVersion = Old.class, newVersion = New.class)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Rehearsed {}

    @Rehearsed
    static class Composed {}

    @ZeroDowntimeMigration(from = "1", oldVersion = Old.class, newVersion = New.class)
    abstract static class Base {}

    static class Concrete extends Base {}

    @Test
    void is_clean_if_one_class_rehearses_everything() {
        assertThat(violations(RULE, Everything.class)).isEmpty();
        RULE.check(imported(Everything.class));
    }

    @Test
    void is_clean_if_two_classes_do_together() {
        assertThat(violations(RULE, AddsToken.class, TheRest.class)).isEmpty();
    }

    @Test
    void is_clean_with_a_composed_annotation() {
        assertThat(violations(RULE, Composed.class)).isEmpty();
    }

    @Test
    void is_clean_with_an_inherited_annotation_but_not_with_an_abstract_class() {
        assertThat(violations(RULE, Concrete.class)).isEmpty();
        assertThat(violations(RULE, Base.class)).hasSize(3);
    }

    @Test
    void names_the_migration_the_location_the_classes_and_what_to_do() {
        assertThat(violations(everyMigrationIsRehearsed().startingAfter("2"), AddsToken.class, OnlyAudit.class))
                .first()
                .isEqualTo("""
                        migration 10 in classpath:db/migration is not rehearsed
                           expected : a class annotated with @ZeroDowntimeMigration rehearses it
                           found    : AddsToken rehearses those in classpath:db/migration after 1 up to 2
                                      OnlyAudit rehearses those in classpath:/db/migration/audit/ after 1
                           do       : rehearse it in a class annotated with @ZeroDowntimeMigration whose 'from' is the version before it; if it is older than your use of zdm: everyMigrationIsRehearsed().startingAfter("10")""");
    }

    @Test
    void asks_for_the_test_classes_if_there_is_no_rehearsal() {
        assertThat(violations(everyMigrationIsRehearsed().startingAfter("10"), String.class))
                .containsExactly("""
                        migration 11 in classpath:db/migration is not rehearsed
                           expected : a class annotated with @ZeroDowntimeMigration rehearses it
                           found    : no such class among those imported; are the test classes imported?
                           do       : rehearse it in a class annotated with @ZeroDowntimeMigration whose 'from' is the version before it; if it is older than your use of zdm: everyMigrationIsRehearsed().startingAfter("11")""");
    }

    @Test
    void exempts_nothing_unless_told() {
        assertThat(violations(everyMigrationIsRehearsed(), Everything.class))
                .singleElement()
                .asString()
                .startsWith("migration 1 in classpath:db/migration is not rehearsed");
    }

    @Test
    void finds_a_migration_after_the_last_phase() {
        assertThat(violations(RULE, OnlyPhase2.class)).hasSize(2);
    }

    @Test
    void does_not_count_classes_that_run_no_flyway_migration() {
        assertThat(violations(RULE, OnlyScripts.class, WithoutFlyway.class)).hasSize(3);
    }

    @Test
    void looks_at_the_given_locations() {
        MigrationRule audit = everyMigrationIsRehearsed("db/migration/audit");
        assertThat(violations(audit, OnlyAudit.class)).isEmpty();
        assertThat(violations(audit, Everything.class)).isEmpty();
        assertThat(violations(audit, AddsToken.class)).hasSize(1);
    }

    @Test
    void does_not_pass_for_want_of_migrations() {
        assertThatThrownBy(() -> violations(everyMigrationIsRehearsed("db/nowhere"), Everything.class))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("there is no migration folder 'db/nowhere'");
        assertThatThrownBy(() -> violations(everyMigrationIsRehearsed().startingAfter("3"), Everything.class))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("the version that the rule starts after is version '3', but there is no such");
    }

    @Test
    void describes_itself() {
        assertThat(RULE.getDescription())
                .isEqualTo("every migration in classpath:db/migration newer than version 1 is rehearsed");
        ArchRule explained = RULE.because("a rehearsal is cheap");
        assertThat(explained.getDescription()).isEqualTo(RULE + ", because a rehearsal is cheap");
        assertThat(RULE.as("short").getDescription()).isEqualTo("short");
        assertThat(RULE.allowEmptyShould(true).evaluate(imported()).hasViolation())
                .isTrue();
    }

    private static List<String> violations(ArchRule rule, Class<?>... classes) {
        return rule.evaluate(imported(classes)).getFailureReport().getDetails();
    }

    private static JavaClasses imported(Class<?>... classes) {
        return new ClassFileImporter().importClasses(classes);
    }
}
