package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.zdm.observation.OperationName;
import dev.zdm.observation.Window;
import dev.zdm.openfeature.PhaseFlagProvider;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.VersionRole;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.OperationFailed;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.WriteLost;
import dev.zdm.workload.Flags;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Roll-outs step by step, by traffic and by flags, and back a step at each. */
@Tag("measured")
class RollOutTest {
    private static final LoadProfile QUICK =
            LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30));

    private static RehearsalPlan plan(ApplicationVersion older, ApplicationVersion newer, Phase phase) {
        return RehearsalPlan.named(
                        "roll-out",
                        Baseline.ofSql(
                                        "create table person (id bigint primary key, name text, full_name text)",
                                        "insert into person select g, 'n' || g, 'n' || g from generate_series(1, 500)"
                                                + " g",
                                        "create table hold (holder uuid primary key)")
                                .withRows(500))
                .withVersions(older, newer)
                .withLoad(QUICK)
                .withPhase(phase);
    }

    private static RehearsalResult run(ApplicationVersion older, ApplicationVersion newer, Phase phase) {
        return Rehearsal.run(plan(older, newer, phase), TestServer.get());
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> labels(RehearsalResult result) {
        return result.phases().get(0).history().windows().stream()
                .map(Window::label)
                .toList();
    }

    /** Writes the new name, the old one, or both, and reads one of them, as the flags say. */
    static final class Renamer {
        private final DataSource database;
        private final Flags flags;

        Renamer(DataSource database, Flags flags) {
            this.database = database;
            this.flags = flags;
        }

        @Operation
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long id = keys.own();
            String name = ledger.newValue(id);
            String columns = switch (flags.value("write")) {
                case "both" -> "name = ?, full_name = ?";
                case "new" -> "full_name = coalesce(?, ?)";
                default -> throw new IllegalStateException(flags.value("write"));
            };
            try (Connection connection = database.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("update person set " + columns + " where id = " + id)) {
                update.setString(1, name);
                update.setString(2, name);
                ledger.announce(id, name);
                update.executeUpdate();
            }
            ledger.acknowledge(id, name);
        }

        @ReadBack
        String name(long id) throws SQLException {
            String column = flags.value("read").equals("new") ? "full_name" : "name";
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select " + column + " from person where id = " + id)) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    @Test
    void flagsStepByStepAndBackAreGreenWhereEachStepCanBeTakenBack() {
        RehearsalResult result = run(
                ApplicationVersion.of(Renamer.class),
                ApplicationVersion.absent(),
                Phase.of("switch", Change.none())
                        .withTraffic(100)
                        .withFlags("write=both, read=old", "read=new", "write=new"));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(labels(result))
                .containsExactly(
                        "steady load 100/0 [read=old, write=both]",
                        "flag step 100/0 [read=new, write=both]",
                        "step back 100/0 [read=old, write=both]",
                        "flag step 100/0 [read=new, write=new]",
                        "step back 100/0 [read=new, write=both]");
        assertThat(result.phases().get(0).history().windows())
                .allMatch(Window::complete)
                .allMatch(window -> window.succeeded(new OperationName(VersionRole.OLD, "rename")) > 0);
    }

    @Test
    void aStepThatCannotBeTakenBackLosesWrites() {
        RehearsalResult result = run(
                ApplicationVersion.of(Renamer.class),
                ApplicationVersion.absent(),
                Phase.of("switch", Change.none())
                        .withTraffic(100)
                        .withFlags("write=both, read=old", "write=new, read=new"));

        assertThat(result.verdict().findings()).as(TextReport.of(result)).anyMatch(WriteLost.class::isInstance);
    }

    /** Works only while nobody holds the lease, and says when it could not. */
    static final class FreeOnly {
        private final DataSource database;

        FreeOnly(DataSource database) {
            this.database = database;
        }

        @Operation
        void work_while_it_is_free() throws SQLException {
            try {
                execute(database, "select 1 / (count(*) = 0)::int from hold");
            } catch (SQLException e) {
                Holder.MET.get().countDown();
                throw e;
            }
        }

        @Operation
        void find() throws SQLException {
            execute(database, "select name from person where id = 7");
        }
    }

    /** Holds a lease, as a new release does, the first time until the old one has met it. */
    static final class Holder {
        private static final long LIMIT_SECONDS = 20;
        private static final AtomicReference<CountDownLatch> MET = new AtomicReference<>(new CountDownLatch(0));
        private final DataSource database;

        Holder(DataSource database) {
            this.database = database;
        }

        @Operation
        void hold() throws Exception {
            UUID holder = UUID.randomUUID();
            execute(database, "insert into hold values ('" + holder + "')");
            try {
                assertThat(MET.get().await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            } finally {
                execute(database, "delete from hold where holder = '" + holder + "'");
            }
        }
    }

    @Test
    void anOldVersionThatBreaksAtOneStepIsRedWithTheStep() {
        Holder.MET.set(new CountDownLatch(1));
        RehearsalResult result = run(
                ApplicationVersion.of(FreeOnly.class),
                ApplicationVersion.of(Holder.class),
                Phase.of("roll out", Change.none()).withTraffic(100, 50, 0));

        List<Finding> findings = result.verdict().findings();
        assertThat(findings)
                .as(TextReport.of(result))
                .singleElement()
                .isInstanceOfSatisfying(OperationFailed.class, finding -> {
                    assertThat(finding.hazard()).isEqualTo(Hazard.OLD_APP_ERROR);
                    assertThat(finding.steps().get(0).label()).isEqualTo("traffic step 50/50");
                });
        assertThat(TextReport.of(result)).contains("\n              at traffic step 50/50 (");
    }

    @Test
    void theSameRollOutIsGreenWhereTheOldVersionDoesNotMind() {
        Holder.MET.set(new CountDownLatch(0));
        RehearsalResult result = run(
                ApplicationVersion.ofSql(SqlOperation.of("find", "select name from person where id = 7")),
                ApplicationVersion.of(Holder.class),
                Phase.of("roll out", Change.none()).withTraffic(100, 50, 0));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(TextReport.of(result))
                .contains("(steady load 100/0, traffic step 50/50, step back 100/0, traffic step 0/100, step back"
                        + " 50/50)");
        assertThat(result.phases().get(0).history().windows()).allMatch(Window::complete);
    }

    /** Asks OpenFeature, and knows nothing of zdm but in its constructor. */
    static final class Asking {
        private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
        private final DataSource database;
        private final Client client;

        Asking(DataSource database, Flags flags) {
            OpenFeatureAPI.getInstance().setProviderAndWait("shop", new PhaseFlagProvider(flags));
            this.database = database;
            this.client = OpenFeatureAPI.getInstance().getClient("shop");
        }

        @Operation
        void find() throws SQLException {
            // Apart: a step may come between the two questions.
            SEEN.add("read-new=" + client.getBooleanValue("read-new", false));
            SEEN.add("limit=" + client.getIntegerValue("limit", 0));
            execute(database, "select name from person where id = 7");
        }
    }

    @Test
    void anApplicationThatAsksOpenFeatureSeesTheFlagsOfEachStep() {
        Asking.SEEN.clear();
        RehearsalResult result = run(
                ApplicationVersion.of(Asking.class),
                ApplicationVersion.absent(),
                Phase.of("switch", Change.none())
                        .withTraffic(100)
                        .withFlags("read-new=false, limit=1", "read-new=true", "limit=2"));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(Asking.SEEN).containsExactlyInAnyOrder("read-new=false", "read-new=true", "limit=1", "limit=2");
    }

    @Test
    void flagsThatNobodyTakesAreRefused() {
        RehearsalPlan plan = plan(
                ApplicationVersion.of(FreeOnly.class),
                ApplicationVersion.of(Holder.class),
                Phase.of("switch", Change.none()).withFlags("read=new"));

        assertThatThrownBy(() -> Rehearsal.resolve(plan))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(
                        "phase 'switch' turns the flags [read=new], but nothing of either version takes");
    }
}
