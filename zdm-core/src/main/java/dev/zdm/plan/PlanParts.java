package dev.zdm.plan;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of a plan while some of them are exchanged. */
final class PlanParts {
    String name;
    Baseline baseline;
    ApplicationVersion oldVersion;
    ApplicationVersion newVersion;
    List<Phase> phases;
    List<Invariant> invariants;
    Tolerance tolerance;
    LoadProfile load;

    @Nullable
    BlockingSession blocker;

    Set<Demand> demands;
    List<ProductionSize> productionSizes;

    @Nullable
    Replica replica;

    PlanParts(RehearsalPlan plan) {
        name = plan.name();
        baseline = plan.baseline();
        oldVersion = plan.oldVersion();
        newVersion = plan.newVersion();
        phases = plan.phases();
        invariants = plan.invariants();
        tolerance = plan.tolerance();
        load = plan.load();
        blocker = plan.blocker();
        demands = plan.demands();
        productionSizes = plan.productionSizes();
        replica = plan.replica();
    }

    RehearsalPlan plan() {
        return new RehearsalPlan(
                name,
                baseline,
                oldVersion,
                newVersion,
                phases,
                invariants,
                tolerance,
                load,
                blocker,
                demands,
                productionSizes,
                replica);
    }
}
