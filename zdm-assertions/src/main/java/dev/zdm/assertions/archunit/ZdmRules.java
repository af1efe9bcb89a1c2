package dev.zdm.assertions.archunit;

/** The way in to the rules: {@code import static dev.zdm.assertions.archunit.ZdmRules.everyMigrationIsRehearsed}. */
public final class ZdmRules {
    private static final String DEFAULT_LOCATION = "classpath:db/migration";

    private ZdmRules() {}

    /**
     * Demands that every Flyway migration on the class path is rehearsed by some class annotated with
     * {@code @ZeroDowntimeMigration}.
     *
     * <pre>{@code
     * @AnalyzeClasses(packages = "com.example")
     * class MigrationsTest {
     *     @ArchTest
     *     static final ArchRule rehearsed = everyMigrationIsRehearsed().startingAfter("41");
     * }
     * }</pre>
     *
     * <p>The test classes must be among the imported ones.
     *
     * @param locations where the migrations are, as the annotation spells it; {@code classpath:db/migration} if none is
     *     given
     * @return the rule
     */
    public static MigrationRule everyMigrationIsRehearsed(String... locations) {
        return MigrationRule.at(locations.length == 0 ? new String[] {DEFAULT_LOCATION} : locations);
    }
}
