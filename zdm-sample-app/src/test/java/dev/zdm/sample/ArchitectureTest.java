package dev.zdm.sample;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

/** The releases stay apart: each could be built and deployed without the other. */
class ArchitectureTest {
    private final JavaClasses classes =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.zdm.sample");

    @Test
    void no_release_knows_the_other() {
        noClasses()
                .that()
                .resideInAPackage("..v1..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..v2..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("..v2..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..v1..")
                .check(classes);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.zdm.sample.(*)..").should().beFreeOfCycles().check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.zdm.sample")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.zdm.sample")
                .check(classes);
    }
}
