package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Footprint.LockTaken;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.postgres.LockMode;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What statements lock, read, write and build, on a real server. */
@Tag("measured")
class FootprintTest {
    private static final List<String> SETUP = List.of(
            "create table region (id int primary key, name text)",
            "insert into region select g, 'r' || g from generate_series(1, 3000) g",
            "create table customer (id int primary key, region_id int, name text, amount int)",
            "insert into customer select g, 1 + g % 3000, 'n' || g, g from generate_series(1, 6000) g",
            "create index customer_name on customer (name)",
            "create materialized view totals as select region_id, sum(amount) from customer group by 1",
            "create table event (id int, day int) partition by range (day)",
            "create table event_1 partition of event for values from (0) to (5000)",
            "create table event_2 partition of event for values from (5000) to (9999)",
            "insert into event select g, g from generate_series(1, 8000) g",
            "create index event_day on event (day)",
            "create procedure fill_in_batches(size int) language plpgsql as $$ begin"
                    + " for i in 0 .. 6000 / size loop"
                    + " update customer set amount = 0 where id > i * size and id <= (i + 1) * size; commit;"
                    + " end loop; end $$");

    static Stream<Arguments> inOneTransaction() {
        return Stream.of(
                arguments("alter table customer add token text", "locks customer ACCESS EXCLUSIVE"),
                arguments(
                        "alter table customer add token uuid default gen_random_uuid()",
                        "locks customer ACCESS EXCLUSIVE; locks customer_name ACCESS EXCLUSIVE; "
                                + "locks customer_pkey ACCESS EXCLUSIVE; rewrites customer; rewrites customer_name; "
                                + "rewrites customer_pkey; "
                                + "reads 3x of customer; REBUILT customer_name; REBUILT customer_pkey"),
                arguments(
                        "alter table customer alter name set not null",
                        "locks customer ACCESS EXCLUSIVE; reads 1x of customer"
                                // Before 18 a NOT NULL is no constraint of its own.
                                + (TestServer.major() >= 18 ? "; validates customer.customer_name_not_null" : "")),
                arguments(
                        "alter table customer add constraint positive check (amount > 0) not valid",
                        "locks customer ACCESS EXCLUSIVE"),
                arguments(
                        "alter table customer add foreign key (region_id) references region",
                        "locks customer SHARE ROW EXCLUSIVE; locks region SHARE ROW EXCLUSIVE; reads 1x of customer; "
                                + "reads 1x of region; validates customer.customer_region_id_fkey"),
                arguments(
                        "create index customer_amount on customer (amount)",
                        "locks customer SHARE; reads 1x of customer; BUILT customer_amount"),
                arguments(
                        "drop index customer_name",
                        "locks customer ACCESS EXCLUSIVE; locks customer_name ACCESS EXCLUSIVE; DROPPED customer_name"),
                arguments(
                        "reindex table customer",
                        "locks customer SHARE; locks customer_name ACCESS EXCLUSIVE; locks customer_pkey ACCESS EXCLUSIVE; "
                                + "rewrites customer_name; rewrites customer_pkey; reads 2x of customer; "
                                + "REBUILT customer_name; REBUILT customer_pkey"),
                arguments(
                        "refresh materialized view totals",
                        "locks totals ACCESS EXCLUSIVE; rewrites totals; reads 1x of customer; writes 3000 of totals"),
                arguments(
                        "truncate region",
                        "locks region ACCESS EXCLUSIVE; locks region_pkey ACCESS EXCLUSIVE; rewrites region_pkey; empties region; REBUILT region_pkey"),
                arguments(
                        "update customer set amount = 1",
                        "reads 1x of customer; writes 6000 of customer; keeps 6000 of customer"),
                arguments(
                        "update customer set amount = 1 where id <= 500",
                        "reads a part of customer; writes 500 of customer; keeps 500 of customer"),
                arguments(
                        "select count(*) from (select 1 from customer for update) as locked",
                        "reads 1x of customer; keeps 6000 of customer"),
                arguments(
                        "insert into region select g, '' from generate_series(3001, 9000) g", "writes 6000 of region"),
                arguments(
                        "create table child (r int references region)",
                        "locks region SHARE ROW EXCLUSIVE; validates child.child_r_fkey"),
                arguments("create table copy as select * from customer", "reads 1x of customer; writes 6000 of copy"),
                arguments(
                        "create trigger t before update on customer for each row execute function suppress_redundant_updates_trigger()",
                        "locks customer SHARE ROW EXCLUSIVE"));
    }

    static Stream<Arguments> refusingATransaction() {
        return Stream.of(
                arguments(
                        "create index concurrently customer_amount on customer (amount)",
                        "reads 2x of customer; BUILT customer_amount"),
                arguments("drop index concurrently customer_name", "DROPPED customer_name"),
                arguments("vacuum customer", ""),
                arguments(
                        "vacuum full customer",
                        "locks customer ACCESS EXCLUSIVE; rewrites customer; rewrites customer_name; rewrites customer_pkey; "
                                + "reads 3x of customer; REBUILT customer_name; REBUILT customer_pkey"),
                arguments(
                        "call fill_in_batches(500)",
                        "reads 1x of customer; writes 6000 of customer; keeps 500 of customer"),
                arguments(
                        "call fill_in_batches(6000)",
                        "reads 1x of customer; writes 6000 of customer; keeps 6000 of customer"),
                arguments(
                        "do $$ begin alter table customer add token text; commit; end $$",
                        "locks customer ACCESS EXCLUSIVE"),
                arguments(
                        "alter table event detach partition event_2 concurrently",
                        "locks event_2 ACCESS EXCLUSIVE; validates event_2.event_2_day_check"),
                arguments(
                        "reindex table event",
                        "locks event SHARE; locks event_1 SHARE; locks event_1_day_idx ACCESS EXCLUSIVE; locks event_2 SHARE; "
                                + "locks event_2_day_idx ACCESS EXCLUSIVE; rewrites event_1_day_idx; rewrites event_2_day_idx; "
                                + "reads 1x of event_1; reads 1x of event_2; REBUILT event_1_day_idx; REBUILT event_2_day_idx"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inOneTransaction")
    void aStatementIsSeenFromInside(String statement, String expected) throws SQLException, InterruptedException {
        Footprint footprint = inspect(Change.eachOnItsOwn(statement)).get(0);

        assertThat(footprint.seenFrom()).isEqualTo(Footprint.SeenFrom.INSIDE);
        assertThat(describe(footprint)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusingATransaction")
    void aStatementThatRefusesATransactionIsSeenFromOutside(String statement, String expected)
            throws SQLException, InterruptedException {
        Footprint footprint = inspect(Change.eachOnItsOwn(statement)).get(0);

        assertThat(footprint.seenFrom()).isEqualTo(Footprint.SeenFrom.OUTSIDE);
        assertThat(describe(footprint)).isEqualTo(expected);
    }

    @Test
    void locksOfATransactionAddUpUntilItsEnd() throws SQLException, InterruptedException {
        List<Footprint> footprints = inspect(Change.statements(
                "alter table region add code text",
                "create table fresh (id int)",
                "create index on customer (amount)"));

        assertThat(footprints).extracting(Footprint::transaction).containsExactly(1, 1, 1);
        assertThat(footprints.get(2).locks())
                .filteredOn(lock -> lock.mode().blocksWriters())
                .extracting(
                        lock -> lock.relation() + " by " + lock.takenBy().position() + (lock.created() ? " new" : ""))
                .contains("region by statement:1", "customer by statement:3", "fresh by statement:2 new");
    }

    @Test
    void aTransactionOfTheScriptItselfIsLeftWhole() throws SQLException, InterruptedException {
        List<Footprint> footprints = inspect(Change.eachOnItsOwn(
                "begin",
                "alter table region add code text",
                "alter table customer add code text",
                "commit",
                "alter table customer add token text"));

        assertThat(footprints).extracting(Footprint::transaction).containsExactly(1, 1, 2);
        assertThat(describe(footprints.get(1)))
                .isEqualTo("locks customer ACCESS EXCLUSIVE; locks region ACCESS EXCLUSIVE");
        assertThat(describe(footprints.get(2))).isEqualTo("locks customer ACCESS EXCLUSIVE");
    }

    @Test
    void anIndexLeftInvalidIsNamed() throws SQLException, InterruptedException {
        List<Footprint> footprints = inspect(Change.code("swallows the failure", database -> {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() ->
                                statement.execute("create unique index concurrently once on customer (region_id)"))
                        .hasMessageContaining("could not create unique index");
                statement.execute("vacuum region");
            }
        }));

        assertThat(footprints)
                .extracting(FootprintTest::describe)
                .containsExactly("reads 1x of customer; LEFT_INVALID once", "");
    }

    private static List<Footprint> inspect(Change change) throws SQLException, InterruptedException {
        RehearsalPlan plan = RehearsalPlan.named("footprints", Baseline.ofSql("select 1"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "use",
                                "select count(*) from customer join region on region.id = region_id",
                                "select count(*) from totals",
                                "select count(*) from event")),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", change));
        Database clone = TestServer.get().fresh(FootprintTest.class, FootprintTest::build);
        try (Inspection inspection = new Inspection(plan, clone)) {
            Inspection.Inspected inspected = inspection.inspect(0);
            assertThat(inspected.failure()).isNull();
            return inspected.footprints();
        }
    }

    private static void build(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            for (String sql : SETUP) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what matters of a footprint; of the locks those that stop writers. */
    private static String describe(Footprint footprint) {
        List<String> words = new ArrayList<>();
        footprint.locks().stream()
                .filter(lock -> !lock.created())
                .filter(lock -> lock.relation().equals(lock.table())
                        ? lock.mode().blocksWriters()
                        : lock.mode() == LockMode.ACCESS_EXCLUSIVE)
                .collect(Collectors.toMap(
                        LockTaken::relation, LockTaken::mode, (one, other) -> one.compareTo(other) > 0 ? one : other))
                .forEach((relation, mode) -> words.add("locks " + relation + " " + mode.sqlName()));
        footprint.rewrites().forEach(rewrite -> words.add("rewrites " + rewrite.relation()));
        footprint.emptied().forEach(table -> words.add("empties " + table.relation()));
        footprint.work().stream()
                .filter(work -> work.tuplesScanned() > 0)
                .forEach(work -> words.add("reads " + times(work) + " of " + work.relation()));
        footprint.work().stream()
                .filter(work -> work.tuplesWritten() > 0)
                .forEach(work -> words.add("writes " + work.tuplesWritten() + " of " + work.relation()));
        footprint.work().stream()
                .filter(work -> work.lockedAtOnce() > 0)
                .forEach(work -> words.add("keeps " + work.lockedAtOnce() + " of " + work.relation()));
        footprint.indexes().forEach(change -> words.add(change.kind() + " " + change.index()));
        footprint.validated().forEach(constraint -> words.add("validates " + constraint));
        return String.join("; ", sortedWithinKind(words));
    }

    private static String times(Footprint.Work work) {
        long times = Math.round((double) work.tuplesScanned() / work.rows());
        return times == 0 ? "a part" : times + "x";
    }

    /** The catalogue's order within one kind of fact is of no interest. */
    private static List<String> sortedWithinKind(List<String> words) {
        List<String> kinds = List.of(
                "locks",
                "rewrites",
                "empties",
                "reads",
                "writes",
                "keeps",
                "BUILT",
                "REBUILT",
                "DROPPED",
                "LEFT_INVALID",
                "validates");
        return words.stream()
                .sorted(Comparator.<String>comparingInt(word -> kinds.indexOf(word.split(" ")[0]))
                        .thenComparing(word -> word.replaceAll("\\d+x? of", "")))
                .toList();
    }
}
