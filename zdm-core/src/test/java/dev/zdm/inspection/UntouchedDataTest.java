package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.ColumnData.Difference;
import dev.zdm.observation.ColumnData.Origin;
import dev.zdm.observation.TableData;
import dev.zdm.observation.TableData.Dropped;
import dev.zdm.observation.TableData.Successor;
import dev.zdm.observation.TableData.Written;
import dev.zdm.observation.UntouchedData;
import dev.zdm.plan.Invariant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What became of the rows that were there, on a real server. */
@Tag("measured")
class UntouchedDataTest {
    private static final List<String> SHOP = List.of(
            "create table customer (id int primary key, first text, last text, rank int)",
            "insert into customer select g, 'f' || g, case when g % 3 > 0 then 'l' || g end, g from generate_series(1, 9000) g",
            "create schema \"Büro\"",
            "create table \"Büro\".\"Über \"\"Sicht\" (\"Schlüssel ß\" text, teil int, \"Größe\" text,"
                    + " primary key (\"Schlüssel ß\", teil))",
            "insert into \"Büro\".\"Über \"\"Sicht\" select chr(96 + g % 26) || '😀ä', g, 'g' from generate_series(1, 3000) g",
            "create table note (customer int, body text)",
            "insert into note select g % 50, 'n' || g % 7 from generate_series(1, 2000) g",
            "create table event (id int, day int not null, body text, primary key (id, day)) partition by range (day)",
            "create table event_1 partition of event for values from (0) to (10)",
            "create table event_2 partition of event for values from (10) to (20)",
            "create table event_other partition of event default",
            "insert into event select g, g % 25, 'e' || g from generate_series(1, 2500) g");

    private static TableData table(UntouchedData data, String name) {
        assertThat(data.failure()).isNull();
        return data.tables().stream()
                .filter(table -> table.table().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static TableData changed(String name, String... statements) throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP).by(statements);
        assertThat(data.same().count()).as("%s", data).isEqualTo(3);
        return table(data, name);
    }

    private static ColumnData only(TableData table) {
        assertThat(table.columns()).hasSize(1);
        return table.columns().get(0);
    }

    @Test
    void whatAddsToTheSchemaLeavesAllDataAlone() throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP)
                .by(
                        "create table fresh (id int)",
                        "insert into fresh values (1)",
                        "alter table customer add column token uuid default gen_random_uuid()",
                        "alter table customer rename column last to family",
                        "create unique index on customer (first)",
                        "alter table note rename to remark",
                        "alter table event rename column body to words",
                        "vacuum full customer");

        assertThat(data.tables())
                .allSatisfy(table -> assertThat(table.isSame()).as("%s", table).isTrue())
                .extracting(table -> table.now().name(), TableData::rows, TableData::compared, TableData::keyed)
                .containsExactlyInAnyOrder(
                        tuple("customer", 9000L, 4, true),
                        tuple("Über \"Sicht", 3000L, 3, true),
                        tuple("remark", 2000L, 2, false),
                        tuple("event", 2500L, 3, true));
    }

    private static final List<String> PLACES = List.of(
            "create type place as (street text, town text)",
            "create type stay as (at place, nights int)",
            "create table journey (id int primary key, home place, stops place[], last stay)",
            "insert into journey select g, case when g % 9 > 0 then row('s' || g, nullif('t' || g % 5, 't3'))::place end,"
                    + " array[row('a', 'b')::place, null], row(row('c', 'd')::place, g)::stay"
                    + " from generate_series(1, 900) g");

    @Test
    void anAttributeMoreOfACompositeTypeChangesNoValue() throws SQLException, InterruptedException {
        TableData journey = table(DataChange.of(PLACES).by("alter type place add attribute zip text"), "journey");

        assertThat(journey.isSame()).as("%s", journey).isTrue();
        assertThat(journey.compared()).isEqualTo(4);
    }

    @Test
    void anAttributeLessOfACompositeTypeTakesItsValues() throws SQLException, InterruptedException {
        TableData journey = table(DataChange.of(PLACES).by("alter type place drop attribute town"), "journey");

        assertThat(journey.columns()).extracting(ColumnData::name).containsExactlyInAnyOrder("home", "stops", "last");
    }

    @Test
    void theCopyOfATableThatLacksOneRowAndHasAnotherValueIsSeen() throws SQLException, InterruptedException {
        TableData customer = changed(
                "customer",
                "create table customer_2 (like customer including all)",
                "insert into customer_2 select id, first, case id when 17 then null when 4243 then 'x' else last end, rank"
                        + " from customer where id <> 8888",
                "alter table customer rename to customer_old; alter table customer_2 rename to customer");

        assertThat(customer.successor()).isEqualTo(Successor.COPY);
        assertThat(customer.lost()).isEqualTo(1);
        assertThat(customer.firstMissing()).containsExactly("8888");
        assertThat(only(customer).origin()).isEqualTo(Origin.OTHER);
        assertThat(only(customer).turnedNull()).isEqualTo(1);
        assertThat(only(customer).first())
                .containsExactlyInAnyOrder(new Difference("17", "l17", null), new Difference("4243", "l4243", "x"));
    }

    @Test
    void ownWritesAreCounted() throws SQLException, InterruptedException {
        TableData customer = changed(
                "customer",
                "update customer set last = upper(last) where id <= 600",
                "delete from customer where id > 8990",
                "insert into customer values (10000, 'a', 'b', 1)");

        assertThat(customer.written()).isEqualTo(new Written(1, 600, 10));
        assertThat(customer.missing()).isEqualTo(10);
        assertThat(customer.lost()).isZero();
        assertThat(customer.added()).isEqualTo(1);
        assertThat(only(customer))
                .extracting(ColumnData::name, ColumnData::differing, ColumnData::turnedNull, ColumnData::origin)
                .containsExactly("last", 400L, 0L, Origin.SAME);
    }

    @Test
    void whatTruncateTakesNobodyDeleted() throws SQLException, InterruptedException {
        TableData customer = changed("customer", "truncate customer");

        assertThat(customer.lost()).isEqualTo(9000);
        assertThat(customer.firstMissing()).hasSize(5);
    }

    @Test
    void rowsPutBackAfterTruncateAreThere() throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP)
                .by(
                        "create temporary table kept as table customer",
                        "truncate customer",
                        "insert into customer select * from kept");

        assertThat(table(data, "customer").isSame()).isTrue();
    }

    @Test
    void swappedColumnsAreToldByTheirNames() throws SQLException, InterruptedException {
        TableData customer = changed(
                "customer",
                "alter table customer rename first to third",
                "alter table customer rename last to first",
                "alter table customer rename third to last");

        assertThat(customer.columns())
                .extracting(ColumnData::name, ColumnData::origin, ColumnData::differing, ColumnData::turnedNull)
                .containsExactly(tuple("first", Origin.OTHER, 9000L, 3000L), tuple("last", Origin.OTHER, 9000L, 0L));
    }

    @Test
    void rowsOfOneChunkThatExchangeTheirValuesAreSeen() throws SQLException, InterruptedException {
        TableData customer = changed("customer", """
                with chunk as (
                    select array_agg(id) as ids from customer
                    group by hashtextextended(id::text collate "C", 0) & 4095 having count(*) = 2 limit 1)
                update customer c set rank = o.rank from customer o, chunk
                where c.id = any (ids) and o.id = any (ids) and o.id <> c.id
                """);

        assertThat(customer.written()).isEqualTo(new Written(0, 2, 0));
        assertThat(only(customer))
                .extracting(ColumnData::name, ColumnData::differing)
                .containsExactly("rank", 2L);
    }

    @Test
    void aColumnDroppedAndAddedAnewHasLostItsValues() throws SQLException, InterruptedException {
        TableData customer = changed(
                "customer",
                "alter table customer drop column rank",
                "alter table customer add column rank int default 7");

        assertThat(only(customer)).satisfies(column -> {
            assertThat(column.origin()).isEqualTo(Origin.NEW);
            assertThat(column.differing()).isEqualTo(8999);
            assertThat(column.isLoss()).isTrue();
        });
    }

    @Test
    void aColumnThatTakesAnotherOnesPlaceWithItsValuesKeepsThem() throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP)
                .by(
                        "alter table customer add column rank_2 bigint",
                        "update customer set rank_2 = rank",
                        "alter table customer drop column rank",
                        "alter table customer rename rank_2 to rank");

        assertThat(table(data, "customer").isSame()).isTrue();
    }

    @Test
    void droppedValuesAreCountedWithTheInvariantsThatReadThem() throws SQLException, InterruptedException {
        List<String> baseline = new ArrayList<>(SHOP);
        baseline.add("create view name as select id, last from customer");
        UntouchedData data = DataChange.of(baseline)
                .with(
                        Invariant.of("names", "select id, id from name where last = ''"),
                        Invariant.of("ranks", "select from customer where rank is null"),
                        Invariant.of("later", "select nothing from customer"))
                .by("drop view name", "alter table customer drop first, drop last, drop rank");

        assertThat(table(data, "customer").dropped())
                .containsExactly(
                        new Dropped("first", 9000, List.of()),
                        new Dropped("last", 6000, List.of("names")),
                        new Dropped("rank", 9000, List.of("ranks")));
        assertThat(data.reads()).isEmpty();
    }

    @Test
    void withoutAKeyRowsAreComparedAsAMultiset() throws SQLException, InterruptedException {
        TableData cut = changed("note", "alter table note alter body type varchar(1) using left(body, 1)");
        assertThat(only(cut))
                .extracting(ColumnData::name, ColumnData::differing, ColumnData::isLoss)
                .containsExactly("body", 2000L, true);
        assertThat(cut.missing() + cut.added()).isZero();

        TableData lost = changed(
                "note",
                "create table note_2 as select * from note where not (customer = 3 and body = 'n4')",
                "drop table note",
                "alter table note_2 rename to note");
        assertThat(lost.lost()).isEqualTo(6);
        assertThat(lost.firstMissing()).containsOnly("(3,n4)");
    }

    @Test
    void rowsMayMoveBetweenPartitionsAndTablesThatWereParts() throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP)
                .by(
                        "create table event_3 (like event including all)",
                        "with moved as (delete from event_other where day < 30 returning *) insert into event_3 select * from moved",
                        "alter table event attach partition event_3 for values from (20) to (30)",
                        "alter table event detach partition event_1");

        assertThat(table(data, "event").isSame()).as("%s", data).isTrue();
        assertThat(table(data, "event").successor()).isEqualTo(Successor.ITSELF);
    }

    @Test
    void aTableThatBecomesAPartitionShowsItsRowsUnderItsOldName() throws SQLException, InterruptedException {
        UntouchedData data = DataChange.of(SHOP)
                .by(
                        "alter table customer rename to customer_rest",
                        "create table customer (like customer_rest including all) partition by range (id)",
                        "alter table customer attach partition customer_rest default");

        assertThat(table(data, "customer").successor()).isEqualTo(Successor.SHOWS_IT);
        assertThat(table(data, "customer").isSame()).isTrue();
    }

    @Test
    void aDroppedPartitionTakesItsRows() throws SQLException, InterruptedException {
        TableData event = changed("event", "drop table event_1");

        assertThat(event.lost()).isEqualTo(1000);
    }

    @Test
    void aViewInPlaceOfATableIsComparedWithIt() throws SQLException, InterruptedException {
        UntouchedData whole = DataChange.of(SHOP)
                .by(
                        "alter table customer rename to customer_base",
                        "alter table customer_base rename column first to given",
                        "create view customer as select id, given as first, given, last, rank from customer_base");
        assertThat(table(whole, "customer").isSame()).isTrue();

        TableData filtered = changed(
                "customer",
                "alter table customer rename to customer_base",
                "create view customer as select * from customer_base where rank > 100");
        assertThat(filtered.successor()).isEqualTo(Successor.SHOWS_IT);
        assertThat(filtered.lost()).isEqualTo(100);
    }

    @Test
    void namesOfAnyKindAreCompared() throws SQLException, InterruptedException {
        TableData cut = changed(
                "Über \"Sicht",
                "alter table \"Büro\".\"Über \"\"Sicht\" alter \"Schlüssel ß\" type text using replace(\"Schlüssel ß\", '😀', '')");

        assertThat(cut.missing()).isEqualTo(3000);
        assertThat(cut.firstMissing()).first().asString().startsWith("(`😀ä,");
    }

    @Test
    void aGeneratedColumnMayHaveAnotherFormula() throws SQLException, InterruptedException {
        List<String> baseline = List.of(
                "create table price (id int primary key, net int, gross int generated always as (net * 2) stored)",
                "insert into price select g, g from generate_series(1, 100) g");

        UntouchedData data = DataChange.of(baseline)
                .by(
                        "alter table price drop column gross",
                        "alter table price add column gross int generated always as (net * 3) stored");

        assertThat(only(table(data, "price")).formula()).isTrue();
    }

    @Test
    void theTableIsInUseWhereOperationsReadIt() throws SQLException, InterruptedException {
        DataChange shop = DataChange.of(SHOP).with("select body from note where customer = 7");
        UntouchedData data = shop.by("truncate note", "truncate customer", "drop table event");

        assertThat(data.tables().stream()
                        .filter(TableData::inUse)
                        .map(table -> table.table().name()))
                .containsExactly("note");
        assertThat(table(data, "event").now()).isNull();
        assertThat(table(data, "event").rows()).isEqualTo(2500);
    }
}
