package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.Compatibility;
import dev.zdm.observation.Compatibility.Cell;
import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.State;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.TestServer;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What operations do on every schema, on a real server. */
class CompatibilityTest {
    private static final List<String> ITEMS = List.of(
            "create table item (id bigint primary key, name text, legacy text, code int unique)",
            "insert into item select g, 'n' || g, 'l' || g, g from generate_series(1, 100) g",
            "create function label(item) returns text language sql as $$ select $1.name $$");

    private static final ApplicationVersion NONE = ApplicationVersion.absent();

    private static Compatibility compatibility(ApplicationVersion older, ApplicationVersion newer, Phase... phases)
            throws SQLException, InterruptedException {
        RehearsalPlan plan = RehearsalPlan.named(
                        "compatibility", Baseline.ofSql("select 1").withRows(100))
                .withVersions(older, newer)
                .withPhases(List.of(phases));
        try (Database database = TestServer.get().fresh(List.of("items"), CompatibilityTest::build);
                Inspection inspection = new Inspection(plan, database)) {
            Compatibility last = Compatibility.NONE;
            for (int i = 0; i < phases.length; i++) {
                Inspected inspected = inspection.inspect(i);
                assertThat(inspected.failure()).isNull();
                last = inspection.compatibility(i, inspected);
            }
            assertThat(last.unknown()).isNull();
            return last;
        }
    }

    private static void build(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            for (String sql : ITEMS) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ApplicationVersion sql(String... statements) {
        return ApplicationVersion.ofSql(SqlOperation.of("work", statements));
    }

    private static Phase change(String... statements) {
        return Phase.of("change", Change.eachOnItsOwn(statements));
    }

    private static String failure(Cell cell, State state) {
        return cell.failure(state).map(Failure::sqlState).map(Object::toString).orElse("works");
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static final class LegacyForTheFirst {
        private final DataSource database;

        LegacyForTheFirst(DataSource database) {
            this.database = database;
        }

        @Operation
        void find(Keys keys) throws SQLException {
            long id = keys.any();
            execute(database, "select " + (id == 1 ? "legacy" : "name") + " from item where id = " + id);
        }
    }

    @Test
    void aPathThatOneKeyTakesIsTaken() throws Exception {
        Compatibility found = compatibility(
                ApplicationVersion.of(LegacyForTheFirst.class), NONE, change("alter table item drop legacy"));

        Cell cell = found.cells().get(0);
        assertThat(cell.needed()).isTrue();
        assertThat(cell.failure(State.BEFORE)).isEmpty();
        assertThat(cell.failure(State.AFTER)).hasValueSatisfying(failure -> {
            assertThat(failure.sqlState().code()).isEqualTo("42703");
            assertThat(failure.count()).isEqualTo(1);
        });
        assertThat(cell.in(State.AFTER).succeeded()).isGreaterThan(1);
    }

    @Test
    void theSamePathWorksOnTheColumnThatIsKept() throws Exception {
        Compatibility found = compatibility(
                ApplicationVersion.of(LegacyForTheFirst.class), NONE, change("alter table item add extra text"));

        assertThat(found.cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.works(State.AFTER)).isTrue());
    }

    @Test
    void aCachedPlanFailsOnSessionsFromBeforeAlone() throws Exception {
        Compatibility found = compatibility(
                sql("begin", "select * from item where id = 7", "commit"),
                NONE,
                change("alter table item add extra text"));

        Cell cell = found.cells().get(0);
        assertThat(failure(cell, State.WARM)).isEqualTo("0A000");
        assertThat(failure(cell, State.AFTER)).isEqualTo("works");
        assertThat(cell.works(State.AFTER)).isFalse();
    }

    @Test
    void aQueryThatNamesItsColumnsSurvives() throws Exception {
        Compatibility found = compatibility(
                sql("begin", "select name from item where id = 7", "commit"),
                NONE,
                change("alter table item add extra text"));

        assertThat(found.cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.works(State.AFTER)).isTrue());
    }

    @Test
    void theNewVersionWorksFromTheChangeOnThatItNeeds() throws Exception {
        Compatibility found = compatibility(
                sql("select name from item where id = 7"),
                sql("select extra from item where id = 7"),
                change("alter table item add extra text").withTraffic(100, 0));

        Cell newer = found.cells().get(1);
        assertThat(failure(newer, State.BEFORE)).isEqualTo("42703");
        assertThat(failure(newer, State.AFTER)).isEqualTo("works");
        assertThat(newer.needed()).isTrue();
        assertThat(newer.neededUndone()).isFalse();
    }

    @Test
    void anOperationThatTheRollbackDoesNotBringBackFailsAfterIt() throws Exception {
        ApplicationVersion older = sql("select i.name, label(i) from item i where id = 7");
        Phase forgetful =
                change("drop function label(item)").withTraffic(0).withRollback(Change.statements("select 1"));
        Phase whole = forgetful.withRollback(Change.statements(ITEMS.get(2)));
        ApplicationVersion newer = sql("select name from item where id = 7");

        Cell undone = compatibility(older, newer, forgetful).cells().get(0);
        assertThat(failure(undone, State.AFTER)).isEqualTo("42883");
        assertThat(failure(undone, State.UNDONE)).isEqualTo("42883");
        assertThat(undone.needed()).isFalse();
        assertThat(failure(compatibility(older, newer, whole).cells().get(0), State.UNDONE))
                .isEqualTo("works");
    }

    static final class TakesOut {
        private final DataSource database;

        TakesOut(DataSource database) {
            this.database = database;
        }

        @Operation
        void take(Keys keys) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                if (statement.executeUpdate("delete from item where id = " + keys.own()) == 0) {
                    throw new IllegalStateException("it is gone");
                }
            }
        }
    }

    @Test
    void anOperationThatUsesUpItsRowsIsNoFailureOfTheSchema() throws Exception {
        Compatibility found =
                compatibility(ApplicationVersion.of(TakesOut.class), NONE, change("alter table item add extra text"));

        assertThat(found.cells()).singleElement().satisfies(cell -> {
            assertThat(cell.in(State.AFTER).succeeded()).isZero();
            assertThat(cell.works(State.AFTER)).isTrue();
        });
    }

    @Test
    void aKeyThatIsDrawnTwiceIsNoFailureOfTheSchema() throws Exception {
        Compatibility found = compatibility(
                sql("insert into item (id, code) values (1000 + (random() * 40)::int, null)"),
                NONE,
                change("alter table item add extra text"));

        assertThat(found.cells())
                .singleElement()
                .satisfies(cell -> assertThat(cell.works(State.AFTER)).isTrue());
    }

    @Test
    void anOperationThatAlwaysCollidesWithANewRuleIsOne() throws Exception {
        ApplicationVersion older = sql("insert into item (id, name) select max(id) + 1, 'same' from item");
        Compatibility found = compatibility(
                older,
                NONE,
                change("create unique index concurrently on item (name) where id > 100 and name <> 'same'"));
        assertThat(found.cells().get(0).works(State.AFTER)).isTrue();

        found = compatibility(older, NONE, change("alter table item add check (name <> 'same') not valid"));
        assertThat(failure(found.cells().get(0), State.AFTER)).isEqualTo("23514");
    }

    static final class Refuses {
        Refuses(DataSource database) throws SQLException {
            execute(database, "select extra from item limit 1");
        }

        @Operation
        void work() {}
    }

    @Test
    void aVersionThatDoesNotStartFails() throws Exception {
        Compatibility found = compatibility(
                sql("select 1"),
                ApplicationVersion.of(Refuses.class),
                change("alter table item add extra text").withTraffic(100, 50));

        Cell newer = found.cells().get(1);
        assertThat(newer.operation().operation()).isEqualTo("work");
        assertThat(failure(newer, State.BEFORE)).isEqualTo("42703");
        assertThat(failure(newer, State.AFTER)).isEqualTo("works");
    }

    @Test
    void aLaterPhaseLeavesOutWhatIsKnownFromTheOneBefore() throws Exception {
        Compatibility found = compatibility(
                sql("select name from item where id = 7"),
                sql("select extra from item where id = 7"),
                change("alter table item add extra text"),
                Phase.of("second", Change.statements("alter table item drop legacy")));

        assertThat(found.cells().get(1).ran(State.BEFORE)).isFalse();
        assertThat(failure(found.cells().get(1), State.AFTER)).isEqualTo("works");
    }

    @Test
    void aChangeOfDataAloneIsNotCarriedOutAgain() throws Exception {
        Compatibility found = compatibility(
                sql("select name from item where id = 7"),
                sql("select 1 / length(extra) from item where id = 7"),
                change("alter table item add extra text default ''"),
                Phase.of("second", Change.statements("update item set extra = 'filled' where id = 7")));

        assertThat(found.cells().get(0).runs().keySet()).containsExactly(State.AFTER);
        assertThat(found.cells()).allMatch(cell -> cell.works(State.AFTER));
    }
}
