package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.PhaseUse;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.postgres.Relation;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who uses which table before a change, while it is under way, and after it, on a real server. */
class UseByTimeTest {
    private static final Relation MEASURE = table("measure");
    private static final Relation FIRST = table("measure_1");
    private static final Relation REST = table("measure_rest");
    private static final List<String> MEASURES = List.of(
            "create table measure (at int not null) partition by range (at)",
            "create table measure_1 partition of measure for values from (0) to (10)",
            "insert into measure select g % 10 from generate_series(1, 100) g",
            "create table measure_rest (at int not null)",
            "insert into measure_rest select 10 + g from generate_series(1, 100) g",
            "create sequence turn",
            // Every seventh call reads the rest; a statement that is not reached locks nothing.
            "create function sometimes() returns bigint language plpgsql as $$ begin"
                    + " if nextval('turn') % 7 = 0 then return (select count(*) from measure_rest); end if;"
                    + " return 0; end $$");
    private static final Change ATTACH =
            Change.eachOnItsOwn("alter table measure attach partition measure_rest default");

    private static Relation table(String name) {
        return new Relation("public", name);
    }

    private static PhaseUse use(String oldVersion, String newVersion, int... oldPercents)
            throws SQLException, InterruptedException {
        RehearsalPlan plan = RehearsalPlan.named("use", Baseline.ofSql("select 1"))
                .withVersions(version(oldVersion), version(newVersion))
                .withPhase(Phase.of("change", ATTACH).withTraffic(oldPercents));
        try (Database database = DataChange.fresh(MEASURES);
                Inspection inspection = new Inspection(plan, database)) {
            Inspected inspected = inspection.inspect(0);
            assertThat(inspected.failure()).isNull();
            return inspected.use();
        }
    }

    private static ApplicationVersion version(String statement) {
        return ApplicationVersion.ofSql(SqlOperation.of("work", statement));
    }

    @Test
    void nobodyUsesAPartitionBeforeItIsAttached() throws SQLException, InterruptedException {
        PhaseUse use = use("select count(*) from measure", "select 1", 100, 50);

        assertThat(use.atFirst().used()).containsExactlyInAnyOrder(MEASURE, FIRST);
        assertThat(use.meanwhile().used()).containsExactlyInAnyOrder(MEASURE, FIRST, REST);
        assertThat(use.all()).isEqualTo(use.meanwhile());
    }

    @Test
    void aVersionThatGoesAfterTheChangeIsThereWhileItIsUnderWay() throws SQLException, InterruptedException {
        PhaseUse use = use("select count(*) from measure", "select 1", 100, 0);

        assertThat(use.atFirst().used()).doesNotContain(REST);
        assertThat(use.meanwhile().used()).contains(REST);
    }

    @Test
    void theNewVersionUsesNothingBeforeItHasTraffic() throws SQLException, InterruptedException {
        PhaseUse use = use("select 1", "select count(*) from only measure_rest", 100, 50);

        assertThat(use.atFirst().used()).isEmpty();
        assertThat(use.meanwhile().used()).isEmpty();
        assertThat(use.all().used()).contains(REST);
    }

    @Test
    void whatIsSeldomUsedIsNotTakenForUsedAfterTheChangeOnly() throws SQLException, InterruptedException {
        // Three calls before the change and three after it: only the longer look back shows the use before it.
        PhaseUse use = use("select sometimes() from generate_series(1, 2)", "select 1", 100, 50);

        assertThat(use.meanwhile().used()).contains(REST);
        assertThat(use.atFirst().used()).contains(REST);
    }
}
