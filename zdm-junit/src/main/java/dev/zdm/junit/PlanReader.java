package dev.zdm.junit;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.LockRetry;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Service;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.VersionRole;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads the plan of a rehearsal from the annotations of a test class. */
final class PlanReader {
    private final Class<?> testClass;
    private final Object instance;
    private final Settings settings;
    private final ZeroDowntimeMigration migration;
    private final UserMethods methods;

    PlanReader(Class<?> testClass, Object instance, Settings settings) {
        this.testClass = testClass;
        this.instance = instance;
        this.settings = settings;
        this.migration = AnnotationSupport.findAnnotation(testClass, ZeroDowntimeMigration.class)
                .orElseThrow();
        this.methods = new UserMethods(testClass, instance);
    }

    /**
     * Returns the plan; it has no phases where {@link EveryMigration} asks for one per pending migration.
     *
     * @throws PlanException if the annotations do not make one
     */
    RehearsalPlan read(String name) {
        Optional<FlywaySource> source = source();
        DeclarationOrder order = DeclarationOrder.of(testClass);
        List<dev.zdm.plan.Phase> phases = phases(source).read(order);
        if (phases.isEmpty() && source.isEmpty()) {
            throw misuse("from beside @EveryMigration, the version that the old version works on", "none");
        }
        List<String> names = phases.stream().map(dev.zdm.plan.Phase::name).toList();
        return new RehearsalPlan(
                name,
                baseline(source),
                version(VersionRole.OLD),
                version(VersionRole.NEW),
                phases,
                new InvariantReader(testClass, instance, names).read(order),
                tolerance(),
                settings.load(),
                null,
                Set.of(migration.demands()),
                new ProductionSizeReader(testClass)
                        .read(settings.productionSizes().orElse(migration.productionSizes())),
                ReplicaReader.read(testClass));
    }

    /**
     * Returns the plan with the patience that {@link EveryMigration} asks for.
     *
     * @param resolved the plan with a phase for every migration
     * @throws PlanException if there is no such patience
     */
    RehearsalPlan patient(RehearsalPlan resolved) {
        return phases(source())
                .patience()
                .map(retry -> resolved.withPhases(resolved.phases().stream()
                        .map(phase -> patient(phase, retry))
                        .toList()))
                .orElse(resolved);
    }

    private static dev.zdm.plan.Phase patient(dev.zdm.plan.Phase phase, LockRetry retry) {
        Change change = phase.change();
        return change instanceof Change.None
                ? phase
                : new dev.zdm.plan.Phase(
                        phase.name(),
                        Change.retrying(change, retry),
                        phase.traffic(),
                        phase.rollback(),
                        phase.losses(),
                        phase.touches(),
                        phase.flags(),
                        phase.declaredBackfill());
    }

    private PhaseReader phases(Optional<FlywaySource> source) {
        return new PhaseReader(testClass, new ChangeReader(source, methods));
    }

    /** Returns where the migrations are; empty if the database is not made by Flyway. */
    private Optional<FlywaySource> source() {
        if (migration.from().isBlank()) {
            if (!migration.to().isBlank()) {
                throw misuse("from beside to", Misuse.attribute("to", migration.to()) + " alone");
            }
            return Optional.empty();
        }
        if (migration.locations().length == 0) {
            throw misuse("locations to name at least one place of migrations", "locations = {}");
        }
        FlywaySource source = FlywaySource.at(migration.locations());
        return Optional.of(migration.to().isBlank() ? source : source.upTo(migration.to()));
    }

    private Baseline baseline(Optional<FlywaySource> source) {
        atLeast(1, "rows", migration.rows());
        long rows = settings.rows().orElse(migration.rows());
        List<Change> steps = new ArrayList<>();
        source.ifPresent(found -> steps.add(Change.flyway(migration.from(), found)));
        if (!migration.seed().isBlank()) {
            steps.add(Change.script(migration.seed()));
        }
        if (!migration.seedMethod().isBlank()) {
            steps.add(methods.seed(migration.seedMethod(), rows));
        }
        int adversarial = (int) atLeast(0, "adversarialRows", migration.adversarialRows());
        return new Baseline(steps, rows, adversarial);
    }

    private ApplicationVersion version(VersionRole role) {
        ApplicationVersion.OfClass version = role == VersionRole.OLD
                ? version("oldVersion", migration.oldVersion())
                : version("newVersion", migration.newVersion());
        Optional<Service> service = new ServiceVersionReader(testClass).of(role);
        if (service.isPresent()) {
            return ApplicationVersion.ofService(service.get(), version.workload());
        }
        return role == VersionRole.OLD ? new OldReleaseReader(testClass).over(version) : version;
    }

    private ApplicationVersion.OfClass version(String attribute, Class<?> workload) {
        boolean concrete = !workload.isPrimitive()
                && !workload.isArray()
                && !workload.isAnnotation()
                && !Modifier.isAbstract(workload.getModifiers());
        if (!concrete) {
            throw misuse(attribute + " to be a class that can be instantiated", Misuse.attribute(attribute, workload));
        }
        return ApplicationVersion.of(workload);
    }

    private Tolerance tolerance() {
        long latency = atLeast(0, "latencyMillis", migration.latencyMillis());
        Duration lockWait = Duration.ofMillis(atLeast(0, "lockWaitMillis", migration.lockWaitMillis()));
        Duration changeTime = Duration.ofSeconds(atLeast(1, "changeTimeoutSeconds", migration.changeTimeoutSeconds()));
        Duration invariantTime =
                Duration.ofSeconds(atLeast(1, "invariantTimeoutSeconds", migration.invariantTimeoutSeconds()));
        return new Tolerance(
                settings.lockWait().orElse(lockWait),
                latency == 0 ? null : Duration.ofMillis(latency),
                atLeast(0, "tinyTableRows", migration.tinyTableRows()),
                settings.changeTime().orElse(changeTime),
                settings.invariantTime().orElse(invariantTime));
    }

    private long atLeast(long least, String attribute, long value) {
        if (value < least) {
            throw misuse(attribute + " to be at least " + least, Misuse.attribute(attribute, value));
        }
        return value;
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(ZeroDowntimeMigration.class, testClass, expected, found);
    }
}
