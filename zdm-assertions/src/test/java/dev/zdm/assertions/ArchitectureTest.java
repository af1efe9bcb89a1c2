package dev.zdm.assertions;

import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.zdm.assertions.archunit.MigrationRule;
import dev.zdm.assertions.archunit.ZdmRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.zdm.assertions");

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.zdm.(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void depends_on_core_and_assertj_only() {
        classes()
                .that()
                .resideInAPackage("dev.zdm.assertions")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.assertj.core.api..",
                        "dev.zdm.assertions",
                        "dev.zdm.observation",
                        "dev.zdm.plan",
                        "dev.zdm.postgres",
                        "dev.zdm.report",
                        "dev.zdm.verdict")
                .check(MAIN);
    }

    @Test
    void only_the_rules_need_archunit() {
        classes()
                .that()
                .resideInAPackage("dev.zdm.assertions.archunit")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "com.tngtech.archunit..",
                        "dev.zdm.assertions.archunit",
                        "dev.zdm.change",
                        "dev.zdm.plan")
                .check(MAIN);
    }

    @Test
    void nothing_is_public_by_accident() {
        assertThat(MAIN.that(modifier(JavaModifier.PUBLIC)))
                .extracting(JavaClass::getName)
                .containsExactlyInAnyOrder(
                        PhaseResultAssert.class.getName(),
                        RehearsalResultAssert.class.getName(),
                        ZdmAssertions.class.getName(),
                        ZdmSoftAssertions.class.getName(),
                        MigrationRule.class.getName(),
                        ZdmRules.class.getName());
    }
}
