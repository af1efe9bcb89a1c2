package dev.zdm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.database.Database;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** For each kind of object: a change of it is seen, and the same dropped and created again is no difference. */
class SchemaSnapshotTest {
    private static final String ITEM = "create table item (id int primary key, label text, price int)";

    private static Database database;
    private static Connection connection;

    static Stream<Arguments> kinds() {
        return Stream.of(
                arguments("create schema shop", "create schema stock", "new: schema stock", "drop schema shop"),
                arguments(
                        "create schema shop",
                        "alter schema shop owner to clerk",
                        "schema shop was: owner postgres, is: owner clerk",
                        "drop schema shop"),
                arguments(ITEM, "drop table item", "missing: table item", "drop table item"),
                arguments(ITEM, "alter table item set unlogged", "table item was", "drop table item"),
                arguments(ITEM, "alter table item owner to clerk", "is: owner clerk", "drop table item"),
                arguments(ITEM, "alter table item set (fillfactor = 70)", "options fillfactor=70", "drop table item"),
                arguments(
                        ITEM,
                        "alter table item set (toast.autovacuum_enabled = off)",
                        "toast options autovacuum_enabled=off",
                        "drop table item"),
                arguments(ITEM, "alter table item replica identity full", "replica identity full", "drop table item"),
                arguments(
                        ITEM,
                        "alter table item replica identity using index item_pkey",
                        "replica identity by index",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item enable row level security",
                        "row level security enabled",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item force row level security",
                        "row level security forced",
                        "drop table item"),
                arguments(ITEM, "alter table item drop label", "missing: column item.label: text", "drop table item"),
                arguments(ITEM, "alter table item add note text", "new: column item.note: text", "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter price type bigint",
                        "column item.price was: integer, is: bigint",
                        "drop table item"),
                arguments(ITEM, "alter table item alter label type text collate \"C\"", "collate", "drop table item"),
                arguments(ITEM, "alter table item alter label set not null", "is: text not null", "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter price set default 3",
                        "column item.price was: integer, is: integer default 3",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item add cents int generated always as (price * 100) stored",
                        "generated stored (price * 100)",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter id add generated always as identity",
                        "identity always",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter label set storage external",
                        "storage external",
                        "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter label set compression pglz",
                        "compression pglz",
                        "drop table item"),
                arguments(ITEM, "alter table item alter label set statistics 500", "statistics 500", "drop table item"),
                arguments(
                        ITEM,
                        "alter table item alter label set (n_distinct = 5)",
                        "options n_distinct=5",
                        "drop table item"),
                arguments(
                        "create table item (id int constraint positive check (id > 0))",
                        "alter table item drop constraint positive",
                        "missing: constraint positive on item: CHECK ((id > 0))",
                        "drop table item"),
                arguments(
                        "create table item (id int constraint positive check (id > 0))",
                        "alter table item drop constraint positive; alter table item add constraint positive check (id > 0) not valid",
                        "not validated",
                        "drop table item"),
                arguments(
                        "create table a (id int primary key); create table b (a int constraint f references a)",
                        "alter table b drop constraint f; alter table b add constraint f foreign key (a) references a deferrable",
                        "DEFERRABLE",
                        "drop table b, a"),
                arguments(
                        "create table a (id int primary key); create table b (a int constraint f references a)",
                        "alter table b disable trigger all",
                        "disabled on public.b",
                        "drop table b, a"),
                arguments(
                        "create table item (id int); create index i on item (id)",
                        "drop index i",
                        "missing: index i: CREATE INDEX i ON public.item",
                        "drop table item"),
                arguments(
                        "create table item (id int); create index i on item (id)",
                        "drop index i; create index i on item (id) where id > 3",
                        "WHERE (id > 3)",
                        "drop table item"),
                arguments(
                        "create table item (id int); create index i on item (id)",
                        "update pg_index set indisvalid = false where indexrelid = 'i'::regclass",
                        "invalid",
                        "drop table item"),
                arguments(
                        "create table item (id int); create index i on item ((id + 1))",
                        "alter index i alter column 1 set statistics 900",
                        "statistics 1: 900",
                        "drop table item"),
                arguments(
                        "create table item (id int); create index i on item (id)",
                        "cluster item using i",
                        "clustered on",
                        "drop table item"),
                arguments(
                        ITEM
                                + "; create trigger t before update on item for each row execute function suppress_redundant_updates_trigger()",
                        "drop trigger t on item",
                        "missing: trigger t on item: CREATE TRIGGER",
                        "drop table item"),
                arguments(
                        ITEM
                                + "; create trigger t before update on item for each row execute function suppress_redundant_updates_trigger()",
                        "alter table item disable trigger t",
                        "; disabled",
                        "drop table item"),
                arguments(
                        ITEM + "; create rule r as on delete to item do instead nothing",
                        "drop rule r on item",
                        "missing: rule r on item",
                        "drop table item"),
                arguments(
                        ITEM + "; create policy p on item using (id > 0)",
                        "alter policy p on item using (id > 1)",
                        "policy p on item was: permissive for all to public using (id > 0), is: permissive for all to public using (id > 1)",
                        "drop table item"),
                arguments(
                        ITEM + "; create policy p on item using (id > 0)",
                        "drop policy p on item",
                        "missing: policy p on item",
                        "drop table item"),
                arguments(
                        "create view v as select 1 as one",
                        "create or replace view v as select 1 + 1 as one",
                        "view v was",
                        "drop view v"),
                arguments(
                        "create view v as select 1 as one",
                        "alter view v set (security_barrier)",
                        "options security_barrier=true",
                        "drop view v"),
                arguments(
                        "create materialized view m as select 1 as one",
                        "drop materialized view m; create materialized view m as select 2 as one",
                        "materialized view m was",
                        "drop materialized view m"),
                arguments(
                        "create materialized view m as select 1 as one",
                        "refresh materialized view m with no data",
                        "not populated",
                        "drop materialized view m"),
                arguments(
                        "create function f(a int) returns int language sql as 'select 1'",
                        "create or replace function f(a int) returns int language sql as 'select 2'",
                        "function f(integer) was",
                        "drop function f"),
                arguments(
                        "create function f(a int) returns int language sql as 'select 1'",
                        "alter function f security definer",
                        "SECURITY DEFINER",
                        "drop function f"),
                arguments(
                        "create procedure p() language sql as 'select 1'",
                        "drop procedure p",
                        "missing: procedure p()",
                        "drop procedure p"),
                arguments(
                        "create aggregate longest(text) (sfunc = text_larger, stype = text)",
                        "drop aggregate longest(text); create aggregate longest(text) (sfunc = text_smaller, stype = text)",
                        "aggregate longest(text) was",
                        "drop aggregate longest(text)"),
                arguments(
                        "create sequence s",
                        "alter sequence s increment 5",
                        "sequence s was: bigint start 1 increment 1",
                        "drop sequence s"),
                arguments(
                        ITEM + "; create sequence s",
                        "alter sequence s owned by item.id",
                        "owned by public.item.id",
                        "drop table item; drop sequence s"),
                arguments("create sequence s", "select nextval('s')", "", "drop sequence s"),
                arguments(
                        "create type mood as enum ('ok', 'bad')",
                        "alter type mood add value 'fine' before 'bad'",
                        "'ok', 'fine', 'bad'",
                        "drop type mood"),
                arguments(
                        "create type mood as enum ('ok', 'bad')",
                        "drop type mood; create type mood as enum ('bad', 'ok')",
                        "'bad', 'ok'",
                        "drop type mood"),
                arguments(
                        "create domain pct as int constraint hundred check (value <= 100)",
                        "alter domain pct drop constraint hundred",
                        "missing: constraint hundred of domain pct",
                        "drop domain pct"),
                arguments(
                        "create domain pct as int",
                        "alter domain pct set default 5",
                        "domain pct was",
                        "drop domain pct"),
                arguments(
                        "create type pair as (a int, b text)",
                        "alter type pair add attribute c int",
                        "new: column pair.c: integer",
                        "drop type pair"),
                arguments(
                        "create type span as range (subtype = int)",
                        "drop type span; create type span as range (subtype = bigint)",
                        "range span was",
                        "drop type span"),
                arguments(
                        ITEM + "; grant select on item to clerk",
                        "revoke select on item from clerk",
                        "grants on item was: clerk SELECT;",
                        "drop table item"),
                arguments(
                        ITEM + "; grant select (label) on item to clerk",
                        "revoke select (label) on item from clerk",
                        "missing: grants on item.label: clerk SELECT",
                        "drop table item"),
                arguments(
                        "create function f() returns int language sql as 'select 1'",
                        "revoke execute on function f from public",
                        "grants on f() was",
                        "drop function f"),
                arguments(
                        "create sequence s; grant usage on sequence s to clerk",
                        "revoke usage on sequence s from clerk",
                        "grants on s was: clerk USAGE;",
                        "drop sequence s"),
                arguments(
                        "create schema shop",
                        "grant usage on schema shop to clerk",
                        "grants on schema shop was",
                        "drop schema shop"),
                arguments(
                        ITEM + "; comment on table item is 'goods'",
                        "comment on table item is null",
                        "missing: comment on table public.item: goods",
                        "drop table item"),
                arguments(
                        ITEM + "; comment on column item.label is 'name'",
                        "alter table item drop label; alter table item add label text",
                        "missing: comment on table column public.item.label: name",
                        "drop table item"),
                arguments(
                        ITEM + "; create statistics st on label, price from item",
                        "drop statistics st",
                        "missing: statistics st",
                        "drop table item"),
                arguments(
                        ITEM + "; create publication pub for table item",
                        "alter publication pub drop table item",
                        "missing: published table public.item in pub",
                        "drop publication pub; drop table item"),
                arguments(
                        "create publication pub for all tables",
                        "alter publication pub set (publish = 'insert')",
                        "publication pub was",
                        "drop publication pub"),
                arguments(
                        "create table day (d int) partition by range (d); create table monday partition of day for values from (0) to (9)",
                        "alter table day detach partition monday",
                        "as partition FOR VALUES FROM (0) TO (9)",
                        "drop table day"),
                arguments(
                        "create table day (d int) partition by range (d); create table monday partition of day for values from (0) to (9); create index i on day (d)",
                        "alter table day detach partition monday",
                        "part of public.i",
                        "drop table day"),
                arguments(
                        "create table parent (a int); create table child () inherits (parent)",
                        "alter table child no inherit parent",
                        "inherits public.parent",
                        "drop table child, parent"),
                arguments(
                        "create extension pgcrypto",
                        "drop extension pgcrypto",
                        "missing: extension pgcrypto",
                        "drop extension pgcrypto"),
                arguments(
                        "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger t on ddl_command_end execute function e()",
                        "alter event trigger t disable",
                        "event trigger t was",
                        "drop event trigger t; drop function e"),
                arguments(
                        "alter default privileges grant select on tables to clerk",
                        "alter default privileges revoke select on tables from clerk",
                        "missing: default privileges of postgres on tables",
                        "alter default privileges revoke select on tables from clerk"),
                arguments(
                        "create collation german (locale = 'C')",
                        "drop collation german",
                        "missing: object collation public.german",
                        "drop collation german"),
                arguments(
                        "create table flyway_schema_history (id int)",
                        "drop table flyway_schema_history",
                        "",
                        "drop table flyway_schema_history"));
    }

    @BeforeAll
    static void open() throws SQLException {
        database = TestServer.get().fresh("schema snapshots", empty -> {});
        connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
        connection.setAutoCommit(false);
    }

    @AfterEach
    void undo() throws SQLException {
        connection.rollback();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    /**
     * Changes; then drops and creates again.
     *
     * @param seen a part of a line of the difference; empty: there is no difference
     */
    @ParameterizedTest(name = "{1}")
    @MethodSource("kinds")
    void sees_a_change_and_no_difference_in_the_same_again(String setup, String change, String seen, String drop)
            throws SQLException {
        execute("create role clerk");
        execute(setup);
        SchemaSnapshot before = SchemaSnapshot.read(connection);
        Savepoint begin = connection.setSavepoint();
        execute(change);
        List<String> lines = before.until(SchemaSnapshot.read(connection)).lines();
        connection.rollback(begin);
        execute(drop);
        execute(setup);
        List<String> again = before.until(SchemaSnapshot.read(connection)).lines();

        if (seen.isEmpty()) {
            assertThat(lines).isEmpty();
        } else {
            assertThat(lines).anySatisfy(line -> assertThat(line).contains(seen));
        }
        assertThat(again).isEmpty();
    }

    @Test
    void tells_the_order_of_columns_apart_from_differences() throws SQLException {
        execute(ITEM);
        SchemaSnapshot before = SchemaSnapshot.read(connection);
        execute("alter table item drop label; alter table item add label text");
        SchemaDifference difference = before.until(SchemaSnapshot.read(connection));

        assertThat(difference.isEmpty()).isTrue();
        assertThat(difference.reordered())
                .containsExactly(new SchemaDifference.Reordered(
                        "item", List.of("id", "label", "price"), List.of("id", "price", "label")));
    }

    @Test
    void tells_a_missing_table_in_one_line() throws SQLException {
        execute(ITEM + "; create index i on item (label); comment on table item is 'goods'");
        SchemaSnapshot before = SchemaSnapshot.read(connection);
        execute("drop table item");
        List<String> lines = before.until(SchemaSnapshot.read(connection)).lines();

        assertThat(lines).singleElement(STRING).startsWith("missing: table item: owner postgres");
    }

    @Test
    void leaves_the_session_as_it_is() throws SQLException {
        execute("set search_path = shop, public");
        SchemaSnapshot.read(connection);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show search_path")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("shop, public");
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
