package dev.zdm.assertions.archunit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Demands that every versioned migration is rehearsed by some class annotated with {@code @ZeroDowntimeMigration}.
 *
 * <p>A class rehearses the migrations of its {@code locations} that are newer than its {@code from}, up to the newest
 * {@code @Migrate(to = …)} of its phases; without phases, up to its {@code to}, or else to the newest there is. A class
 * without {@code from} does not use Flyway and rehearses none. Abstract classes do not count, their subclasses do.
 *
 * @see ZdmRules#everyMigrationIsRehearsed(String...)
 */
public final class MigrationRule implements ArchRule {
    private final List<String> locations;
    private final @Nullable String start;

    private MigrationRule(List<String> locations, @Nullable String start) {
        this.locations = List.copyOf(locations);
        this.start = start;
    }

    static MigrationRule at(String... locations) {
        return new MigrationRule(List.of(locations), null);
    }

    /**
     * Exempts the migrations up to and including this version: those that were made before zdm was introduced, the
     * baseline at least.
     *
     * @param version the newest exempt version, as Flyway spells it
     * @return the same rule with this start
     */
    public MigrationRule startingAfter(String version) {
        return new MigrationRule(locations, version);
    }

    /**
     * Checks the rule.
     *
     * @throws dev.zdm.plan.PlanException if there is no such folder, no migration in it, no migration of the version to
     *     start after, or Flyway is not on the class path
     */
    @Override
    public void check(JavaClasses classes) {
        rule().check(classes);
    }

    @Override
    public EvaluationResult evaluate(JavaClasses classes) {
        return rule().evaluate(classes);
    }

    @Override
    public ArchRule because(String reason) {
        return rule().because(reason);
    }

    @Override
    public ArchRule allowEmptyShould(boolean allowEmptyShould) {
        return rule().allowEmptyShould(allowEmptyShould);
    }

    @Override
    public ArchRule as(String newDescription) {
        return rule().as(newDescription);
    }

    @Override
    public String getDescription() {
        String after = start == null ? "" : " newer than version " + start;
        return "every migration in " + String.join(", ", locations) + after + " is rehearsed";
    }

    @Override
    public String toString() {
        return getDescription();
    }

    private ArchRule rule() {
        return classes().should(new RehearseEveryMigration(locations, start)).as(getDescription());
    }
}
