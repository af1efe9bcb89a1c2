package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.LockRetry;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Replica;
import dev.zdm.plan.ReplicaPace;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What annotations mean; {@link PhaseMistakesTest} and its neighbours have what they must not say. */
class PlanReaderTest {
    private static final List<String> CALLS = new ArrayList<>();
    private static final FlywaySource SOURCE = FlywaySource.at("classpath:db/split");

    @Test
    void full_class_makes_a_plan() {
        RehearsalPlan plan = read(new Full(), Fakes.SETTINGS);

        assertThat(plan.name()).isEqualTo("name");
        assertThat(plan.oldVersion()).isEqualTo(ApplicationVersion.of(Fakes.OldApp.class));
        assertThat(plan.newVersion()).isEqualTo(ApplicationVersion.of(Fakes.NewApp.class));
        assertThat(plan.baseline().rows()).isEqualTo(500);
        assertThat(plan.baseline().adversarialRows()).isEqualTo(20);
        assertThat(plan.baseline().steps())
                .startsWith(Change.flyway("1", SOURCE), Change.script("db/seed.sql"))
                .hasSize(3);
        assertThat(plan.tolerance())
                .isEqualTo(new Tolerance(
                        Duration.ofMillis(50),
                        Duration.ofSeconds(2),
                        10,
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(3)));
        assertThat(plan.demands()).containsExactly(Demand.PATIENT);
        assertThat(plan.load()).isEqualTo(LoadProfile.DEFAULT);
        assertThat(plan.blockingSession()).isEmpty();
    }

    @Test
    void a_replica_is_read() {
        Replica replica = Replica.DEFAULT
                .withLag(Duration.ofMillis(700))
                .withSetting("hot_standby_feedback", "on")
                .withPace(new ReplicaPace(Duration.ofSeconds(3), 2L << 20, 4L << 20))
                .withLongReader();

        assertThat(ReplicaReader.read(Replicated.class)).isEqualTo(replica);
        assertThat(replica.settings()).containsEntry(Replica.READERS_DELAY, "1s");
        assertThat(ReplicaReader.read(Full.class)).isNull();
    }

    @WithReplica(
            lagMillis = 700,
            settings = "hot_standby_feedback = on",
            longReader = true,
            transactionMillis = 3000,
            transactionMegabytes = 2,
            megabytesPerSecond = 4)
    private static final class Replicated {}

    @Test
    void phases_are_read_in_order() {
        List<dev.zdm.plan.Phase> phases = read(new Full(), Fakes.SETTINGS).phases();

        assertThat(phases)
                .extracting(dev.zdm.plan.Phase::name)
                .containsExactly("expand", "index", "backfill", "code", "roll out", "contract");
        assertThat(phases.get(0))
                .isEqualTo(dev.zdm.plan.Phase.of("expand", Change.flyway("2", SOURCE))
                        .withRollback(Change.script("db/U2.sql"))
                        .touching("customer.name", "audit"));
        assertThat(phases.get(1))
                .isEqualTo(dev.zdm.plan.Phase.of("index", Change.eachOnItsOwn("create index concurrently i on t (a)"))
                        .withRollback(Change.retrying(
                                Change.eachOnItsOwn("drop index concurrently i"),
                                LockRetry.DEFAULT.withLockTimeout(Duration.ofMillis(50))))
                        .losing("t.a"));
        assertThat(phases.get(2).change()).isEqualTo(new Full().fill());
        assertThat(phases.get(2).declaredBackfill()).isFalse();
        assertThat(phases.get(3).change().describe()).isEqualTo("method work");
        assertThat(phases.get(3).declaredBackfill()).isTrue();
        assertThat(phases.get(3).rollback()).isEqualTo(new Full().fill());
        assertThat(phases.get(4))
                .isEqualTo(dev.zdm.plan.Phase.of("roll out", Change.none())
                        .withTraffic(100, 50, 0)
                        .withFlags("write=both, read=old", "read=new"));
        assertThat(phases.get(5))
                .isEqualTo(dev.zdm.plan.Phase.of("contract", new Change.Script("db/contract.sql", false))
                        .losing("t.b", "audit"));
    }

    @Test
    void every_migration_may_be_patient() {
        dev.zdm.plan.Phase rollOut = dev.zdm.plan.Phase.of("roll out", Change.none());
        RehearsalPlan resolved = RehearsalPlan.named("name", Baseline.ofSql("select 1"))
                .withPhases(List.of(dev.zdm.plan.Phase.of("migrate to 2", Change.flyway("2", SOURCE)), rollOut));
        LockRetry retry =
                LockRetry.DEFAULT.withLockTimeout(Duration.ofMillis(40)).withTries(7);

        assertThat(new PlanReader(PatientEvery.class, new PatientEvery(), Fakes.SETTINGS)
                        .patient(resolved)
                        .phases())
                .containsExactly(
                        dev.zdm.plan.Phase.of("migrate to 2", Change.retrying(Change.flyway("2", SOURCE), retry)),
                        rollOut);
        assertThat(new PlanReader(Full.class, new Full(), Fakes.SETTINGS).patient(resolved))
                .isEqualTo(resolved);
    }

    @FakeMigration
    static class PatientEvery {
        @EveryMigration(lockTimeoutMillis = 40, tries = 7)
        void everything() {}
    }

    @Test
    void invariants_are_read_in_order() {
        assertThat(read(new Full(), Fakes.SETTINGS).invariants())
                .containsExactly(
                        dev.zdm.plan.Invariant.of("z", "select 1 where false"),
                        dev.zdm.plan.Invariant.of("a", "select 2 where false")
                                .from("backfill")
                                .until("roll out")
                                .whenDrained());
    }

    @Test
    void methods_that_attributes_name_are_called_when_the_change_runs() throws Exception {
        CALLS.clear();
        RehearsalPlan plan = read(new Full(), Fakes.SETTINGS);
        assertThat(CALLS).isEmpty();

        run(plan.baseline().steps().get(2));
        run(plan.phases().get(3).change());

        assertThat(CALLS).containsExactly("seed 500", "work");
    }

    @Test
    void what_a_method_throws_comes_through_as_it_is() {
        RehearsalPlan plan = read(new Throwing(), Fakes.SETTINGS);

        assertThatThrownBy(() -> run(plan.phases().get(0).change()))
                .isInstanceOf(java.sql.SQLException.class)
                .hasMessage("no such table");
    }

    @Test
    void parameters_go_before_attributes() {
        Settings settings = new Settings(
                OptionalLong.of(7),
                Optional.of(Duration.ofMillis(9)),
                Optional.of(Duration.ofMinutes(8)),
                Optional.of(Duration.ofSeconds(4)),
                Optional.of("db/production-8.csv"),
                LoadProfile.DEFAULT.withRate(11),
                Fakes.SETTINGS.server(),
                ProgressMode.OFF,
                Optional.empty());

        RehearsalPlan plan = read(new Full(), settings);

        assertThat(plan.baseline().rows()).isEqualTo(7);
        assertThat(plan.tolerance().lockWait()).isEqualTo(Duration.ofMillis(9));
        assertThat(plan.tolerance().changeTime()).isEqualTo(Duration.ofMinutes(8));
        assertThat(plan.tolerance().invariantTime()).isEqualTo(Duration.ofSeconds(4));
        assertThat(plan.load().ratePerSecond()).isEqualTo(11);
        assertThat(plan.productionSizes())
                .extracting(dev.zdm.plan.ProductionSize::rows)
                .containsExactly(8_000_000L);
    }

    @Test
    void production_sizes_are_read_from_the_file_and_the_annotations() {
        assertThat(read(new Sized(), Fakes.SETTINGS).productionSizes())
                .containsExactly(
                        new dev.zdm.plan.ProductionSize(
                                new TableName("public", "customer"), 40_000_000, 800_000, "production.csv:2"),
                        new dev.zdm.plan.ProductionSize(new TableName("sales", "Größe"), 70, 1, "production.csv:3"),
                        dev.zdm.plan.ProductionSize.of("customer", 50_000_000),
                        dev.zdm.plan.ProductionSize.of("sales.\"Größe\"", 80));
    }

    @Test
    void smallest_class_leaves_the_phases_to_the_engine() {
        RehearsalPlan plan = read(new Smallest(), Fakes.SETTINGS);

        assertThat(plan.phases()).isEmpty();
        assertThat(plan.baseline().steps()).containsExactly(Change.flyway("1", FlywaySource.DEFAULT));
        assertThat(plan.baseline().rows()).isEqualTo(10_000);
        assertThat(plan.tolerance()).isEqualTo(Tolerance.DEFAULT);
        assertThat(plan.invariants())
                .containsExactly(dev.zdm.plan.Invariant.of("holds", "select 1 where false")
                        .from("migrate to 2"));
    }

    @Test
    void last_version_bounds_the_migrations_everywhere() {
        RehearsalPlan plan = read(new Bounded(), Fakes.SETTINGS);

        assertThat(plan.baseline().steps()).containsExactly(Change.flyway("1", FlywaySource.DEFAULT.upTo("2")));
        assertThat(plan.phases().get(0).change()).isEqualTo(Change.flyway("2", FlywaySource.DEFAULT.upTo("2")));
    }

    @Test
    void database_need_not_be_made_by_flyway() {
        assertThat(read(new WithoutFlyway(), Fakes.SETTINGS).baseline().steps())
                .containsExactly(Change.script("db/all.sql"));
    }

    private static RehearsalPlan read(Object instance, Settings settings) {
        return new PlanReader(instance.getClass(), instance, settings).read("name");
    }

    private static void run(Change change) throws Exception {
        ((Change.Code) change).code().run(null);
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:db/split",
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class,
            seed = "db/seed.sql",
            seedMethod = "seed",
            rows = 500,
            lockWaitMillis = 50,
            latencyMillis = 2000,
            tinyTableRows = 10,
            changeTimeoutSeconds = 40,
            adversarialRows = 20,
            invariantTimeoutSeconds = 3,
            demands = Demand.PATIENT)
    static class Full {
        @Invariant
        static final String z = "select 1 where false";

        @Invariant(from = "backfill", until = "roll out", underLoad = false)
        final String a = "select " + 2 + " where false";

        @Phase("expand")
        @Migrate(
                to = "2",
                touches = {"customer.name", "audit"})
        @Rollback("db/U2.sql")
        void expand() {}

        @Phase("index")
        @Migrate(sql = "create index concurrently i on t (a)", transactional = false)
        @Rollback(sql = "drop index concurrently i", transactional = false, loses = "t.a", lockTimeoutMillis = 50)
        void buildsIndex() {}

        @Phase("backfill")
        @Migrate(method = "fill")
        void backfills() {}

        @Phase("code")
        @Migrate(method = "work", backfill = true)
        @Rollback(method = "fill")
        void works() {}

        @Phase("roll out")
        @Traffic({100, 50, 0})
        @Flags({"write=both, read=old", "read=new"})
        void rollsOut() {}

        @Phase("contract")
        @Migrate(script = "db/contract.sql", transactional = false)
        @Rollback(loses = {"t.b", "audit"})
        void contracts() {}

        static void seed(DataSource database, long rows) {
            CALLS.add("seed " + rows);
        }

        void work(DataSource database) {
            CALLS.add("work");
        }

        Backfill fill() {
            return Backfill.over("t", "id", "update t set b = a where id >= :from and id < :to and b is null");
        }
    }

    @FakeMigration
    static class Throwing {
        @Phase("code")
        @Migrate(method = "work")
        void works() {}

        void work(DataSource database) throws java.sql.SQLException {
            throw new java.sql.SQLException("no such table");
        }
    }

    @FakeMigration
    static class Smallest {
        @Invariant(from = "migrate to 2")
        String holds = "select 1 where false";

        @EveryMigration
        void everything() {}
    }

    @ZeroDowntimeMigration(from = "1", to = "2", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class Bounded {
        @Phase("expand")
        @Migrate(to = "2")
        void expand() {}
    }

    @ZeroDowntimeMigration(seed = "db/all.sql", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
    static class WithoutFlyway {
        @Phase("expand")
        @Migrate(sql = "alter table t add column b int")
        void expand() {}
    }

    @ZeroDowntimeMigration(
            seed = "db/all.sql",
            oldVersion = Fakes.OldApp.class,
            newVersion = Fakes.NewApp.class,
            productionSizes = "db/production.csv")
    @ProductionSize(table = "customer", rows = 50_000_000)
    @ProductionSize(table = "sales.\"Größe\"", rows = 80)
    static class Sized {
        @Phase("expand")
        @Migrate(sql = "alter table t add column b int")
        void expand() {}
    }
}
