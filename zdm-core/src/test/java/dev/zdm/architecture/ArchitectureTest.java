package dev.zdm.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and what is public. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.zdm");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.zdm.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesUseOnlyWhatIsBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("artifact")
                .definedBy("dev.zdm.artifact")
                .layer("postgres")
                .definedBy("dev.zdm.postgres")
                .layer("database")
                .definedBy("dev.zdm.database")
                .layer("plan")
                .definedBy("dev.zdm.plan")
                .layer("observation")
                .definedBy("dev.zdm.observation")
                .layer("change")
                .definedBy("dev.zdm.change")
                .layer("values")
                .definedBy("dev.zdm.values")
                .layer("service")
                .definedBy("dev.zdm.service")
                .layer("workload")
                .definedBy("dev.zdm.workload")
                .layer("inspection")
                .definedBy("dev.zdm.inspection")
                .layer("crash")
                .definedBy("dev.zdm.crash")
                .layer("rehearsal")
                .definedBy("dev.zdm.rehearsal")
                .layer("verdict")
                .definedBy("dev.zdm.verdict")
                .layer("catalogue")
                .definedBy("dev.zdm.catalogue")
                .layer("report")
                .definedBy("dev.zdm.report")
                .whereLayer("artifact")
                .mayNotAccessAnyLayer()
                .whereLayer("postgres")
                .mayNotAccessAnyLayer()
                .whereLayer("database")
                .mayOnlyAccessLayers("artifact", "postgres")
                .whereLayer("plan")
                .mayOnlyAccessLayers("artifact", "postgres")
                .whereLayer("observation")
                .mayOnlyAccessLayers("postgres", "plan")
                .whereLayer("change")
                .mayOnlyAccessLayers("postgres", "plan")
                .whereLayer("values")
                .mayOnlyAccessLayers("postgres", "observation")
                .whereLayer("service")
                .mayOnlyAccessLayers("postgres", "plan", "database")
                .whereLayer("workload")
                .mayOnlyAccessLayers("artifact", "postgres", "plan", "observation", "values", "service")
                .whereLayer("verdict")
                .mayOnlyAccessLayers("postgres", "plan", "observation")
                .whereLayer("catalogue")
                .mayOnlyAccessLayers("postgres", "observation", "verdict")
                .whereLayer("report")
                .mayOnlyAccessLayers("postgres", "plan", "observation", "verdict", "catalogue")
                .whereLayer("inspection")
                .mayOnlyAccessLayers("postgres", "plan", "observation", "change", "workload", "database", "crash")
                .whereLayer("crash")
                .mayOnlyAccessLayers("postgres", "plan", "observation", "change", "database")
                .check(CLASSES);
    }

    @Test
    void junitAndAssertJStayOutside() {
        Set<String> foreign = CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .filter(name -> name.startsWith("org.junit") || name.startsWith("org.assertj"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(foreign).isEmpty();
    }

    @Test
    void publicTypesAreThoseMeantForCallers() {
        List<String> outside = CLASSES.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                .filter(type -> !PublicTypes.MEANT.contains(type.getName()))
                .map(JavaClass::getName)
                .sorted()
                .toList();

        assertThat(outside)
                .as("types that are public by accident, or missing in PublicTypes")
                .isEmpty();
    }
}
