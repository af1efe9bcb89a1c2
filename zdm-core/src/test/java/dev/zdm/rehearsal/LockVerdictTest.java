package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a statement alone does not tell: sums over a transaction, locks on indexes, plans, zero rows. */
@Tag("measured")
class LockVerdictTest {
    private static final Baseline BASELINE = Baseline.ofSql(
            "create table parcel (id int primary key, code text, weight int, note text)",
            "insert into parcel select g, 'c' || g, g % 900 from generate_series(1, 20000) g",
            "create index parcel_code on parcel (code)",
            "create index parcel_weight on parcel (weight)",
            "create table recall (id int primary key, parcel_id int)",
            "insert into recall select g, g from generate_series(1, 5000) g",
            "create materialized view weights as select weight, count(*) as n from parcel group by 1",
            "create procedure fill(size int) language plpgsql as $$ begin for i in 0 .. 20000 / size loop"
                    + " update parcel set note = 'x' where id > i * size and id <= (i + 1) * size; commit;"
                    + " end loop; end $$");

    private static final ApplicationVersion VERSION = ApplicationVersion.ofSql(
            SqlOperation.of(
                    "find", "select id, weight from parcel where code = (select 'c' || (1 + (random() * 19999)::int))"),
            SqlOperation.of("weigh", "update parcel set weight = 1 where id = (select 1 + (random() * 19999)::int)"),
            SqlOperation.of("forget", "delete from recall where id = -1"),
            SqlOperation.of("sum", "select n from weights where weight = 7"));

    static Stream<Arguments> migrations() {
        return Stream.of(
                arguments("ten updates of a tenth in one transaction", Change.statements(tenths()), "write-block"),
                arguments("ten updates of a tenth, each on its own", Change.eachOnItsOwn(tenths()), ""),
                arguments(
                        "a third of the rows",
                        Change.eachOnItsOwn("update parcel set note = 'x' where id % 3 = 0"),
                        "write-block"),
                arguments(
                        "many new rows",
                        Change.eachOnItsOwn("insert into parcel select g from generate_series(20001, 50000) g"),
                        ""),
                arguments(
                        "rows locked and not changed",
                        Change.eachOnItsOwn("select count(*) from (select 1 from parcel for update) as locked"),
                        "write-block"),
                arguments(
                        "a transaction within the script",
                        Change.eachOnItsOwn(
                                "begin", "alter table recall add x int", "create index on parcel (note)", "commit"),
                        "access-exclusive-scan write-block"),
                arguments("a procedure that commits each batch", Change.eachOnItsOwn("call fill(500)"), ""),
                arguments("a procedure that commits once", Change.eachOnItsOwn("call fill(20000)"), "write-block"),
                arguments(
                        "a table whose writers find no row",
                        Change.eachOnItsOwn("create index on recall (parcel_id)"),
                        "write-block"),
                arguments(
                        "rebuilt indexes",
                        Change.eachOnItsOwn("reindex table parcel"),
                        "write-block access-exclusive-scan"),
                arguments("indexes rebuilt beside", Change.eachOnItsOwn("reindex table concurrently parcel"), ""),
                arguments("an emptied cache", Change.eachOnItsOwn("vacuum (full) parcel"), "table-rewrite"),
                arguments("a vacuum", Change.eachOnItsOwn("vacuum (analyze) parcel"), ""),
                arguments(
                        "a refreshed view",
                        Change.eachOnItsOwn("refresh materialized view weights"),
                        "access-exclusive-scan"),
                arguments(
                        "an index that a query needs",
                        Change.eachOnItsOwn("drop index parcel_code"),
                        "plan-regression"),
                arguments("an index that nobody needs", Change.eachOnItsOwn("drop index parcel_weight"), ""));
    }

    private static String[] tenths() {
        return IntStream.range(0, 10)
                .mapToObj(i -> "update parcel set note = 'x' where id > " + i * 2000 + " and id <= " + (i + 1) * 2000)
                .toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("migrations")
    void getsItsVerdict(String name, Change change, String hazards) {
        RehearsalPlan plan = RehearsalPlan.named(name, BASELINE)
                .withVersions(VERSION, ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(30)))
                .withPhase(Phase.of("migration", change).withTraffic(100));

        RehearsalResult result = Rehearsal.run(plan, TestServer.get());

        List<String> found = result.verdict().findings().stream()
                .map(Finding::hazard)
                .map(hazard -> hazard.id())
                .toList();
        assertThat(found)
                .as(TextReport.of(result))
                .containsExactlyElementsOf(hazards.isEmpty() ? List.of() : List.of(hazards.split(" ")));
        assertThat(result.verdict().doubts()).isEmpty();
    }
}
