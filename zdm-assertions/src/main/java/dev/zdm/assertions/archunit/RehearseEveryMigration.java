package dev.zdm.assertions.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.zdm.change.FlywayVersions;
import dev.zdm.plan.FlywaySource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The classes together rehearse every migration: each class tells what it rehearses, the end compares. */
final class RehearseEveryMigration extends ArchCondition<JavaClass> {
    private static final String OLDEST = "0";

    private final List<String> locations;
    private final @Nullable String start;
    private final List<RehearsedRange> ranges = new ArrayList<>();

    RehearseEveryMigration(List<String> locations, @Nullable String start) {
        super("rehearse every migration");
        this.locations = locations;
        this.start = start;
    }

    @Override
    public void init(Collection<JavaClass> classes) {
        ranges.clear();
    }

    @Override
    public void check(JavaClass candidate, ConditionEvents events) {
        RehearsalClasses.range(candidate).ifPresent(ranges::add);
    }

    @Override
    public void finish(ConditionEvents events) {
        ranges.sort(Comparator.comparing(RehearsedRange::className));
        locations.forEach(location -> compare(location, events));
    }

    private void compare(String location, ConditionEvents events) {
        FlywayVersions versions = FlywayVersions.of(FlywaySource.at(location));
        if (start != null) {
            versions.require(start, "the version that the rule starts after");
        }
        for (String version : versions.newerThan(start == null ? OLDEST : start)) {
            if (ranges.stream().noneMatch(range -> range.covers(location, version, versions))) {
                events.add(SimpleConditionEvent.violated(version, message(version, location)));
            }
        }
    }

    private String message(String version, String location) {
        return "migration " + version + " in " + location + " is not rehearsed\n"
                + "   expected : a class annotated with @ZeroDowntimeMigration rehearses it\n"
                + "   found    : " + found() + "\n"
                + "   do       : rehearse it in a class annotated with @ZeroDowntimeMigration whose 'from' is the version "
                + "before it; if it is older than your use of zdm: everyMigrationIsRehearsed().startingAfter(\""
                + version
                + "\")";
    }

    private String found() {
        return ranges.isEmpty()
                ? "no such class among those imported; are the test classes imported?"
                : ranges.stream().map(RehearsedRange::toString).collect(Collectors.joining("\n              "));
    }
}
