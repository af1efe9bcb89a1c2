package dev.zdm.junit;

import dev.zdm.plan.PlanException;
import java.util.Comparator;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** Orders test methods as the source declares them. */
final class PhaseOrder implements MethodOrderer {
    @Override
    public void orderMethods(MethodOrdererContext context) {
        DeclarationOrder order;
        try {
            order = DeclarationOrder.of(context.getTestClass());
        } catch (PlanException e) {
            return; // Reading the plan meets the same error and fails the class with it.
        }
        context.getMethodDescriptors()
                .sort(Comparator.comparingInt((MethodDescriptor descriptor) -> order.of(descriptor.getMethod())));
    }
}
