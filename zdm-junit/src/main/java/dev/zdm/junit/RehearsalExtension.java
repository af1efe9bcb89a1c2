package dev.zdm.junit;

import dev.zdm.database.ServerChoice;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.RehearsalResult;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Keeps the rehearsal of a class: plans it before the first test, reports it after the last. */
final class RehearsalExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver, PreInterruptCallback {
    static final Namespace NAMESPACE = Namespace.create(RehearsalExtension.class);

    /** Returns the rehearsal of the test class that a context belongs to. */
    static Optional<ClassRehearsal> rehearsal(ExtensionContext context) {
        return Optional.ofNullable(
                context.getStore(NAMESPACE).get(context.getRequiredTestClass(), ClassRehearsal.class));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        // The extension is also called for nested classes, which may have nothing to do with migrations.
        if (!AnnotationSupport.isAnnotated(testClass, ZeroDowntimeMigration.class)) {
            return;
        }
        checkLifecycle(context);
        Settings settings = settings(context);
        Engine engine = context.getStore(NAMESPACE).getOrDefault(Engine.class, Engine.class, new CoreEngine());
        RehearsalPlan plan = plan(context, engine, settings);
        ServerChoice choice = new ServerReader(testClass, settings.server()).read();
        RehearsalLanes.check(context::getConfigurationParameter, choice);
        ProgressListener progress = progress(plan, settings);
        ClassRehearsal rehearsal = new ClassRehearsal(
                plan,
                () -> LentRun.open(servers(context, engine, choice), server -> engine.open(plan, server, progress)));
        context.getStore(NAMESPACE).put(testClass, rehearsal);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        rehearsal(context).flatMap(ClassRehearsal::result).ifPresent(result -> {
            String report = TextReport.of(result).stripTrailing();
            System.out.println(report);
            settings(context)
                    .reportDirectory()
                    .ifPresent(directory -> ReportFile.write(directory, context.getRequiredTestClass(), report));
        });
    }

    /** Adds the waits for locks to the output of a test that took too long, as JUnit can add the stacks of its threads. */
    @Override
    public void beforeThreadInterrupt(PreInterruptContext interrupt, ExtensionContext context) {
        rehearsal(context)
                .flatMap(ClassRehearsal::lockWaits)
                .ifPresent(waits -> System.out.println(
                        "Thread " + interrupt.getThreadToInterrupt().getName()
                                + " will be interrupted; waits for locks in its rehearsal:\n" + waits.indent(4)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RehearsalResult.class
                && AnnotationSupport.isAnnotated(parameter.getDeclaringExecutable(), AfterAll.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return rehearsal(context)
                .flatMap(ClassRehearsal::result)
                .orElseThrow(() -> new IllegalStateException("there is no result, for no phase was rehearsed"));
    }

    private static RehearsalPlan plan(ExtensionContext context, Engine engine, Settings settings) {
        Class<?> testClass = context.getRequiredTestClass();
        PlanReader reader = new PlanReader(testClass, context.getRequiredTestInstance(), settings);
        return reader.patient(engine.resolve(reader.read(context.getDisplayName())));
    }

    private static Settings settings(ExtensionContext context) {
        return Settings.from(context::getConfigurationParameter, Path.of(""));
    }

    /** Phases share what the class sets up, and invariants are read before there is a test to have an instance for. */
    private static void checkLifecycle(ExtensionContext context) {
        TestInstance.Lifecycle lifecycle = context.getTestInstanceLifecycle().orElse(TestInstance.Lifecycle.PER_CLASS);
        if (lifecycle != TestInstance.Lifecycle.PER_CLASS) {
            throw Misuse.of(
                    TestInstance.class,
                    context.getRequiredTestClass(),
                    "PER_CLASS, as @ZeroDowntimeMigration sets it",
                    lifecycle.name());
        }
    }

    /** Two rehearsals at once would write into each other's line. */
    private static ProgressListener progress(RehearsalPlan plan, Settings settings) {
        boolean watched = Terminal.isWatched(System.console(), System.getenv()) && RehearsalLanes.count() == 1;
        return settings.progress().listener(plan.name(), System.err, watched);
    }

    /** Returns the servers that the rehearsals of a test run share that make this choice; the first one starts one. */
    private static ServerPool servers(ExtensionContext context, Engine engine, ServerChoice choice) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .getOrComputeIfAbsent(choice, key -> new ServerPool(() -> engine.start(choice)), ServerPool.class);
    }
}
