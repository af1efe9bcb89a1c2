package dev.zdm.junit;

import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Rehearses the phase that a test is, and enforces its verdict. */
final class PhaseExtension implements ExecutionCondition, ParameterResolver, InvocationInterceptor, TestWatcher {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return PhaseTest.find(context)
                .flatMap(PhaseTest::skipReason)
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("no phase was red"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return (type == PhaseResult.class || type == RehearsalResult.class)
                && context.getTestMethod().equals(Optional.of(parameter.getDeclaringExecutable()));
    }

    /**
     * Rehearses the phase, for parameters are needed before the method is called.
     *
     * <p>If that fails it returns null: the method is not called then, and the interceptor throws the failure as it is,
     * not wrapped into one about parameters.
     */
    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            PhaseTest test = PhaseTest.of(context);
            PhaseResult result = test.run();
            return parameter.getParameter().getType() == PhaseResult.class ? result : test.resultSoFar();
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        rehearse(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        rehearse(invocation, context);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        PhaseTest.find(context).ifPresent(test -> test.markRed(cause == null ? new AssertionError() : cause));
    }

    /** Throws from inside the invocation, so that other extensions see the verdict as they see any failure. */
    private static void rehearse(Invocation<@Nullable Void> invocation, ExtensionContext context) throws Throwable {
        PhaseResult result = PhaseTest.of(context).run();
        context.publishReportEntry(
                new TreeMap<>(Map.of("phase", result.name(), "verdict", Words.verdict(result.verdict()))));
        Optional<Throwable> failure = Failures.of(result, thrownBy(invocation));
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static @Nullable Throwable thrownBy(Invocation<@Nullable Void> invocation) {
        try {
            invocation.proceed();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }
}
