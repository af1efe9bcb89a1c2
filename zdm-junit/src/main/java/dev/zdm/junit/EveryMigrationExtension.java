package dev.zdm.junit;

import dev.zdm.plan.Phase;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Makes one test of each phase of the plan. */
final class EveryMigrationExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        List<Phase> phases = RehearsalExtension.rehearsal(context)
                .orElseThrow(() -> PhaseTest.noRehearsal(context))
                .plan()
                .phases();
        return IntStream.range(0, phases.size())
                .mapToObj(index -> new Invocation(phases.get(index).name(), index));
    }

    private record Invocation(String phase, int index) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return phase;
        }

        @Override
        public void prepareInvocation(ExtensionContext context) {
            PhaseTest.remember(context, index);
        }
    }
}
