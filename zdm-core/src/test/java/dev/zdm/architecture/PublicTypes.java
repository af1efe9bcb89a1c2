package dev.zdm.architecture;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The types that are public on purpose. */
final class PublicTypes {
    /** For users: to write plans, to start servers, to run rehearsals and to read what they showed. */
    private static final Set<String> FOR_USERS = Set.of(
            "dev.zdm.catalogue.Catalogue",
            "dev.zdm.catalogue.CatalogueEntry",
            "dev.zdm.database.Database",
            "dev.zdm.database.DatabaseException",
            "dev.zdm.database.EmbeddedServer",
            "dev.zdm.database.EmbeddedSettings",
            "dev.zdm.database.PostgresServer",
            "dev.zdm.database.ServerLog",
            "dev.zdm.observation.ContentionSummary",
            "dev.zdm.observation.Footprint",
            "dev.zdm.observation.Growth",
            "dev.zdm.observation.Hiccup",
            "dev.zdm.observation.Interval",
            "dev.zdm.observation.InvariantOutcome",
            "dev.zdm.observation.Latency",
            "dev.zdm.observation.LockWait",
            "dev.zdm.observation.OperationError",
            "dev.zdm.observation.OperationName",
            "dev.zdm.observation.PhaseHistory",
            "dev.zdm.observation.RelationUse",
            "dev.zdm.observation.SessionRole",
            "dev.zdm.observation.StatementRun",
            "dev.zdm.observation.TableAccess",
            "dev.zdm.observation.Window",
            "dev.zdm.observation.WindowKind",
            "dev.zdm.plan.ApplicationVersion",
            "dev.zdm.plan.Backfill",
            "dev.zdm.plan.Baseline",
            "dev.zdm.plan.BlockingSession",
            "dev.zdm.plan.Change",
            "dev.zdm.plan.Company",
            "dev.zdm.plan.Demand",
            "dev.zdm.plan.FlywaySource",
            "dev.zdm.plan.Invariant",
            "dev.zdm.plan.LoadProfile",
            "dev.zdm.plan.Phase",
            "dev.zdm.plan.PlanException",
            "dev.zdm.plan.ProductionFigures",
            "dev.zdm.plan.ProductionSize",
            "dev.zdm.plan.RehearsalPlan",
            "dev.zdm.plan.SqlOperation",
            "dev.zdm.plan.Tolerance",
            "dev.zdm.plan.Traffic",
            "dev.zdm.plan.VersionRole",
            "dev.zdm.postgres.LockMode",
            "dev.zdm.postgres.Relation",
            "dev.zdm.postgres.SqlState",
            "dev.zdm.postgres.SqlStatement",
            "dev.zdm.postgres.TableName",
            "dev.zdm.rehearsal.ProgressListener",
            "dev.zdm.rehearsal.Rehearsal",
            "dev.zdm.rehearsal.RehearsalException",
            "dev.zdm.report.DoubtWording",
            "dev.zdm.report.TextReport",
            "dev.zdm.report.Wording",
            "dev.zdm.report.Words",
            "dev.zdm.verdict.Doubt",
            "dev.zdm.verdict.Finding",
            "dev.zdm.verdict.Findings",
            "dev.zdm.verdict.Hazard",
            "dev.zdm.verdict.PhaseResult",
            "dev.zdm.verdict.RehearsalResult",
            "dev.zdm.verdict.Verdict",
            "dev.zdm.workload.Keys",
            "dev.zdm.workload.Operation");

    /** Public only because another package of the engine needs them. */
    private static final Set<String> BETWEEN_PACKAGES = Set.of(
            "dev.zdm.change.ChangeException",
            "dev.zdm.change.ChangeRunner",
            "dev.zdm.change.FlywayVersions",
            "dev.zdm.change.LockReport",
            "dev.zdm.change.ObservedDataSource",
            "dev.zdm.change.Resources",
            "dev.zdm.change.RunningChange",
            "dev.zdm.change.SessionSource",
            "dev.zdm.change.SqlParameters",
            "dev.zdm.change.StatementListener",
            "dev.zdm.inspection.Inspection",
            "dev.zdm.observation.LockSampler",
            "dev.zdm.observation.LockWaitSources",
            "dev.zdm.observation.LockWaitTracker",
            "dev.zdm.observation.MigrationTimeline",
            "dev.zdm.observation.RelationNames",
            "dev.zdm.observation.SessionRegistry",
            "dev.zdm.postgres.LogEntry",
            "dev.zdm.postgres.SqlScript",
            "dev.zdm.verdict.Checks",
            "dev.zdm.workload.LoadListener",
            "dev.zdm.workload.QuietRun",
            "dev.zdm.workload.StatementFailedException",
            "dev.zdm.workload.VersionLoad",
            "dev.zdm.workload.Workloads");

    static final Set<String> MEANT =
            Stream.concat(FOR_USERS.stream(), BETWEEN_PACKAGES.stream()).collect(Collectors.toSet());

    private PublicTypes() {}
}
