package dev.zdm.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where Flyway finds the migrations.
 *
 * @param locations as Flyway spells them, {@code classpath:db/migration} for example; at least one
 * @param placeholders values of {@code ${…}} in the scripts
 * @param newest the newest version that belongs to the rehearsal; null: the newest there is
 */
public record FlywaySource(
        List<String> locations,
        Map<String, String> placeholders,
        @Nullable String newest) {
    /** Flyway's own default location. */
    public static final FlywaySource DEFAULT = at("classpath:db/migration");

    public FlywaySource {
        locations = List.copyOf(locations);
        placeholders = Map.copyOf(placeholders);
        if (locations.isEmpty()) {
            throw new PlanException("Flyway needs at least one location of migrations, found none");
        }
    }

    /** Returns a source without placeholders. */
    public static FlywaySource at(String... locations) {
        return new FlywaySource(List.of(locations), Map.of(), null);
    }

    /**
     * Returns the same source, as if there were no migrations newer than this version.
     *
     * @param version null: all there are
     */
    public FlywaySource upTo(@Nullable String version) {
        return new FlywaySource(locations, placeholders, version);
    }
}
