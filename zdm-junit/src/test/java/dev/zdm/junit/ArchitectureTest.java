package dev.zdm.junit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** There is one package, so there can be no cycle of packages. */
class ArchitectureTest {
    private static final JavaClasses OWN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.zdm.junit");

    @Test
    void module_uses_core_junit_and_asm_alone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.sql",
                        "dev.zdm..",
                        "org.junit.jupiter.api..",
                        "org.junit.platform.commons.support..",
                        "org.junit.platform.commons.function",
                        "org.opentest4j",
                        "org.objectweb.asm",
                        "org.jspecify.annotations")
                .check(OWN);
    }

    @Test
    void only_annotations_and_errors_are_public() {
        classes()
                .that()
                .areTopLevelClasses()
                .and(not(JavaClass.Predicates.ANNOTATIONS))
                .and(not(assignableTo(AssertionError.class)))
                .should()
                .notBePublic()
                .check(OWN);
    }
}
