package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.VersionRole;
import java.util.ArrayList;
import java.util.List;

/** The isolated releases of a plan, loaded. For use by one thread. */
public final class OpenReleases implements AutoCloseable {
    private final List<IsolatedRelease> releases = new ArrayList<>();
    private final RehearsalPlan plan;

    private OpenReleases(RehearsalPlan given) {
        try {
            this.plan = given.withVersions(bound(given, VersionRole.OLD), bound(given, VersionRole.NEW));
            Workloads.validate(plan.oldVersion());
            Workloads.validate(plan.newVersion());
            Workloads.validate(plan.oldVersion(), plan.newVersion());
        } catch (PlanException e) {
            close();
            throw e;
        } catch (LinkageError e) {
            PlanException lack = releases.get(releases.size() - 1).lacks(e);
            close();
            throw lack;
        }
    }

    /**
     * Finds, resolves or builds the releases and loads the workloads over them.
     *
     * @throws PlanException if a release cannot be had, or lacks what its workload needs
     */
    public static OpenReleases of(RehearsalPlan plan) {
        return new OpenReleases(plan);
    }

    private ApplicationVersion bound(RehearsalPlan given, VersionRole role) {
        if (!(given.version(role) instanceof ApplicationVersion.OfClass version) || version.release() == null) {
            return given.version(role);
        }
        IsolatedRelease release = IsolatedRelease.open(version.workload(), version.release());
        releases.add(release);
        return new ApplicationVersion.OfClass(release.workload(), version.board(), null);
    }

    /** Returns the plan whose versions work with the classes of their releases. */
    public RehearsalPlan plan() {
        return plan;
    }

    /**
     * Says whether the releases had everything that their workloads asked of them so far.
     *
     * @throws PlanException if one had not: the failures of its operations say nothing about the migration
     */
    public void requireComplete() {
        releases.forEach(IsolatedRelease::requireComplete);
    }

    @Override
    public void close() {
        releases.forEach(IsolatedRelease::close);
    }
}
