package dev.zdm.sample;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String FIRST_RELEASE = "../zdm-sample-release-1/target/release/customers.jar";

    private final JavaClasses classes =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.zdm.sample");

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

    /** As in a real project; only if the names are the same does the rehearsal show that the classes are kept apart. */
    @Test
    void every_class_of_the_first_release_has_a_successor_of_the_same_name() throws IOException {
        try (JarFile jar = new JarFile(FIRST_RELEASE)) {
            Set<String> first = names(new ClassFileImporter().importJar(jar));

            assertThat(first).contains("dev.zdm.sample.CustomerRepository");
            assertThat(names(classes)).containsAll(first);
        }
    }

    private static Set<String> names(JavaClasses classes) {
        return classes.stream().map(JavaClass::getName).collect(Collectors.toSet());
    }
}
