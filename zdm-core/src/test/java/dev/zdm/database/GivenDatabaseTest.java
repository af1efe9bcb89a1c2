package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In an empty database of a role that may not create any. */
class GivenDatabaseTest {
    private static final String COMMENT =
            "select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = 'shop'";
    private static final String OBJECTS = "select (select count(*) from pg_class where oid >= 16384)"
            + " + (select count(*) from pg_proc where oid >= 16384) + (select count(*) from pg_type where oid >= 16384)"
            + " + (select count(*) from pg_namespace where oid >= 16384)"
            + " + (select count(*) from pg_statistic_ext) + (select count(*) from pg_largeobject_metadata)";

    private static ForeignServer foreign;

    @BeforeAll
    static void start() {
        foreign = ForeignServer.start();
    }

    @AfterAll
    static void stop() {
        foreign.close();
    }

    @BeforeEach
    void give() {
        foreign.give("shop");
        foreign.execute("COMMENT ON DATABASE shop IS 'the shop''s'");
    }

    @AfterEach
    void drop() {
        foreign.execute("DROP DATABASE shop WITH (FORCE)");
    }

    private static void fill(Database empty) {
        Sessions.execute(
                empty,
                "create schema store",
                "create table store.item (id serial primary key, label text)",
                "create table item (id int generated always as identity primary key, label text)",
                "insert into item (label) values ('one'), ('two')",
                "create view labels as select label from item",
                "create materialized view store.labels as select label from labels",
                "create type mood as enum ('good', 'bad')",
                "create domain positive as int check (value > 0)",
                "create function twice(n int) returns int language sql as 'select 2 * n'",
                "create procedure nothing() language sql as 'select 1'",
                "create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0')",
                "create statistics item_statistics on id, label from item",
                "select lo_create(0)");
    }

    @Test
    void it_is_filled_and_emptied_again_and_again_and_stays_as_it_was_given() {
        String before = foreign.valueIn("shop", OBJECTS);
        try (PostgresServer server = foreign.openInPlace("shop")) {
            for (int i = 0; i < 2; i++) {
                try (Database database = server.fresh("key", GivenDatabaseTest::fill)) {
                    assertThat(database.name()).isEqualTo("shop");
                    assertThat(Sessions.value(database, "select count(*) from item"))
                            .isEqualTo("2");
                    assertThat(foreign.value(COMMENT))
                            .matches(
                                    "zdm_[0-9a-f]{8}_ works here and empties this database in the end; a later rehearsal"
                                            + " does if it could not; before: the shop's");
                }
                assertThat(foreign.valueIn("shop", OBJECTS)).isEqualTo(before);
            }
            assertThat(server.limits())
                    .containsExactly(
                            "zdm neither reads its log nor changes its settings nor stops it: it works in the given"
                                    + " database shop, which it empties in the end, as role reader",
                            "the given database cannot be copied: the quiet runs and all else that takes copies,"
                                    + " crashes and company among it, are on an embedded PostgreSQL "
                                    + server.version().replaceFirst("\\..*", "")
                                    + " of zdm's own, with neither this server's settings nor its machine");
        }
        assertThat(foreign.value(COMMENT)).isEqualTo("the shop's");
        assertThat(foreign.databases()).contains("shop");
    }

    @Test
    void copies_are_made_on_an_embedded_server_of_the_same_version() {
        try (PostgresServer server = foreign.openInPlace("shop");
                Database database = server.fresh("key", GivenDatabaseTest::fill)) {
            assertThatThrownBy(database::copy)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("the given database shop cannot be copied");
            assertThat(server.forCopies()).isSameAs(server.forCopies());
            assertThat(server.forCopies().kind()).isEqualTo("embedded");
            assertThat(server.forCopies().version().replaceFirst("\\..*", ""))
                    .isEqualTo(server.version().replaceFirst("\\..*", ""));
        }
    }

    @Test
    void one_rehearsal_at_a_time_has_it() {
        try (PostgresServer server = foreign.openInPlace("shop");
                Database database = server.fresh("key", GivenDatabaseTest::fill)) {
            assertThatThrownBy(() -> server.fresh("key", GivenDatabaseTest::fill))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessage("""
                            The given database is taken
                               expected : one rehearsal at a time in database shop
                               found    : another one of this run works in it
                               do       : run them one after the other, or let role reader create databases""");
            assertThatThrownBy(() -> foreign.openInPlace("shop"))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageMatching("""
                            The given database cannot be used
                               expected : database shop is empty, there for zdm alone, and role reader owns it
                               found    : another rehearsal, zdm_[0-9a-f]{8}, works in it
                               do       : wait for its end, or name another database""");
            assertThat(Sessions.value(database, "select count(*) from item")).isEqualTo("2");
        }
    }

    @Test
    void what_a_baseline_that_fails_has_made_is_gone() {
        String before = foreign.valueIn("shop", OBJECTS);
        try (PostgresServer server = foreign.openInPlace("shop")) {
            assertThatThrownBy(() -> server.fresh("key", empty -> {
                        fill(empty);
                        throw new IllegalStateException("no baseline");
                    }))
                    .hasMessage("no baseline");
            assertThat(foreign.valueIn("shop", OBJECTS)).isEqualTo(before);
        }
    }

    @Test
    void what_a_killed_run_has_left_there_the_next_one_drops() {
        String before = foreign.valueIn("shop", OBJECTS);
        foreign.execute("COMMENT ON DATABASE shop IS 'zdm_00000001_ works here and empties this database in the end;"
                + " a later rehearsal does if it could not; before: the shop''s'");
        foreign.executeIn("shop", "set session authorization reader", "create table item (id serial)");

        foreign.openInPlace("shop").close();

        assertThat(foreign.valueIn("shop", OBJECTS)).isEqualTo(before);
        assertThat(foreign.value(COMMENT)).isEqualTo("the shop's");
    }

    @Test
    void what_somebody_else_has_there_is_never_touched() {
        foreign.executeIn(
                "shop",
                "set session authorization reader",
                "create function vat() returns int language sql as 'select 19'");

        assertRefused(
                ForeignServer.READER,
                "it has function public.vat()",
                "name a database in which role reader owns nothing");
        assertThat(foreign.valueIn("shop", "vat()")).isEqualTo("19");

        foreign.executeIn("shop", "drop function vat()", "create table orders (id int)");
        assertThatThrownBy(() -> foreign.openInPlace("shop"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("database shop has tables that zdm did not create: public.orders");
        assertThat(foreign.valueIn("shop", "select count(*) from orders")).isEqualTo("0");
        assertThat(foreign.value(COMMENT)).isEqualTo("the shop's");
    }

    @Test
    void the_role_owns_it_and_is_no_superuser() {
        assertRefused(
                ForeignServer.REHEARSER, "role rehearser does not own it", "ALTER DATABASE shop OWNER TO rehearser");
        assertRefused(
                Map.of(ExternalServer.USER, "postgres"),
                "role postgres is a superuser, and the server does not record what superusers make",
                "set ZDM_USER to another role, or leave zdm.external.inPlace away: a superuser may create databases");
    }

    private static void assertRefused(Map<String, String> environment, String found, String remedy) {
        assertThatThrownBy(() -> foreign.openInPlace("shop", environment))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                        The given database cannot be used
                           expected : database shop is empty, there for zdm alone, and role %s owns it
                           found    : %s
                           do       : %s""".formatted(environment.get(ExternalServer.USER), found, remedy));
    }
}
