package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.Database;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.rehearsal.TestServer;
import dev.zdm.values.DistinctValues;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values of real columns come back as they were written; columns that have none are refused. */
class ColumnValuesTest {
    private static final int ROUNDS = 60;

    private static Database database;
    private static Connection connection;

    @BeforeAll
    static void open() throws SQLException {
        database = TestServer.get().fresh("columns", empty -> {});
        connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
        sql("create domain label as varchar(20)");
        sql(
                "create table item (id bigint primary key, note text, code varchar(10) unique, fixed char(12), named label, "
                        + "\"Odd Name\" text, small smallint, number int, large bigint unique, price numeric(8, 2), "
                        + "amount numeric, ratio real, exact double precision, identifier name, short varchar(3) unique, "
                        + "part numeric(2, 2), level smallint unique, at date, "
                        + "twice text generated always as (note || note) stored)");
        sql("insert into item (id) values (1)");
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    private static void sql(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static ColumnValues of(Class<?> workload) throws SQLException {
        ColumnValues values = new ColumnValues();
        values.resolve(ApplicationVersion.of(workload), connection);
        return values;
    }

    @Test
    void whatIsWrittenIsReadAgain() throws SQLException {
        ColumnValues all = of(Items.class);

        for (Fact fact : Facts.of(ApplicationVersion.of(Items.class))) {
            DistinctValues values = Objects.requireNonNull(all.of(fact), fact.name());
            for (int i = 0; i < ROUNDS; i++) {
                Object value = fact.type() == String.class ? values.text() : (Object) values.number();
                assertThat(Values.same(value, written(fact, value)))
                        .as("%s %s", fact.name(), value)
                        .isTrue();
            }
        }
    }

    private static Object written(Fact fact, Object value) throws SQLException {
        String column = fact.name().equals("odd") ? "\"Odd Name\"" : fact.name();
        try (PreparedStatement update =
                connection.prepareStatement("update item set " + column + " = ? where id = 1 returning " + column)) {
            update.setObject(1, value);
            try (ResultSet row = update.executeQuery()) {
                row.next();
                return value instanceof String ? row.getString(1) : row.getBigDecimal(1);
            }
        }
    }

    /** A number that the application cannot hold would be the application's own fault. */
    @Test
    void numbersFitTheApplicationToo() throws SQLException {
        DistinctValues values = Objects.requireNonNull(of(Narrow.class).of(new Fact("large", Integer.class, false)));

        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            long number = values.number();
            assertThat(number).isBetween((long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE);
            assertThat(seen.add(number)).isTrue();
        }
    }

    @Test
    void columnsWithoutValuesAreRefused() {
        String expected = "expected a column that can be written when the version gets its first traffic, found ";
        assertRefused(
                Missing.class,
                "@ReadBack(column = \"item.nota\") Missing.note: " + expected + "item with id, note, ",
                "; correct the name, or leave the column out");
        assertRefused(
                MissingTable.class,
                "@ReadBack(column = \"items.note\") MissingTable.note: " + expected + "no table items; correct");
        assertRefused(Generated.class, "@ReadBack(column = \"item.twice\") Generated.note: " + expected + "item with");
        assertRefused(OfNumber.class, "the column is of type int4, for which there are no texts; leave the column out");
        assertRefused(OfName.class, "the column is of type name, for which there are no texts");
        assertRefused(OfDate.class, "the column is of type date, for which there are no whole numbers");
        assertRefused(Fraction.class, "the column is of type numeric, for which there are no whole numbers");
        assertRefused(ShortCode.class, "the column is unique, and in 3 characters there are too few different texts");
        assertRefused(Level.class, "the column is unique, and up to 32767 there are too few different numbers");
    }

    @Test
    void hundredsAreRefused() throws SQLException {
        assumeTrue(
                connection.getMetaData().getDatabaseMajorVersion() >= 15, "a scale below zero came with PostgreSQL 15");
        sql("alter table item add hundreds numeric(3, -2)");

        assertRefused(Rounded.class, "the column is of type numeric, for which there are no whole numbers");
    }

    private static void assertRefused(Class<?> workload, String... words) {
        assertThatThrownBy(() -> of(workload)).isInstanceOf(PlanException.class).hasMessageContainingAll(words);
    }

    @Test
    void whatNeedsNoDatabaseIsRefusedWithoutOne() {
        assertInvalid(
                Total.class,
                "@ReadBack Total.sum reads a total, which never gets a new value; leave the column 'item.large' out");
        assertInvalid(Flag.class, "must return a String, a long or another exact number, found java.lang.Boolean");
        assertInvalid(
                NoTable.class,
                "@ReadBack NoTable.note must name its column as 'table.column' or 'schema.table.column', found 'note'");
    }

    private static void assertInvalid(Class<?> workload, String words) {
        assertThatThrownBy(() -> Facts.of(ApplicationVersion.of(workload)))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining(words);
    }

    /** Facts named as their columns. */
    interface Items {
        @ReadBack(column = "item.note")
        String note(long key);

        @ReadBack(column = "public.item.code")
        String code(long key);

        @ReadBack(column = "item.fixed")
        String fixed(long key);

        @ReadBack(column = "item.named")
        String named(long key);

        @ReadBack(column = "ITEM.\"Odd Name\"")
        String odd(long key);

        @ReadBack(column = "item.small")
        int small(long key);

        @ReadBack(column = "item.number")
        long number(long key);

        @ReadBack(column = "item.large")
        long large(long key);

        @ReadBack(column = "item.price")
        BigDecimal price(long key);

        @ReadBack(column = "item.amount")
        BigDecimal amount(long key);

        @ReadBack(column = "item.ratio")
        long ratio(long key);

        @ReadBack(column = "item.exact")
        long exact(long key);
    }

    interface Narrow {
        @ReadBack(column = "item.large")
        int large(long key);
    }

    interface Missing {
        @ReadBack(column = "item.nota")
        String note(long key);
    }

    interface MissingTable {
        @ReadBack(column = "items.note")
        String note(long key);
    }

    interface Generated {
        @ReadBack(column = "item.twice")
        String note(long key);
    }

    interface OfNumber {
        @ReadBack(column = "item.number")
        String note(long key);
    }

    interface OfName {
        @ReadBack(column = "item.identifier")
        String note(long key);
    }

    interface OfDate {
        @ReadBack(column = "item.at")
        long note(long key);
    }

    interface Fraction {
        @ReadBack(column = "item.part")
        BigDecimal note(long key);
    }

    interface Rounded {
        @ReadBack(column = "item.hundreds")
        BigDecimal note(long key);
    }

    interface ShortCode {
        @ReadBack(column = "item.short")
        String note(long key);
    }

    interface Level {
        @ReadBack(column = "item.level")
        int note(long key);
    }

    interface Total {
        @ReadBack(total = true, column = "item.large")
        long sum(long key);
    }

    interface Flag {
        @ReadBack(column = "item.large")
        boolean large(long key);
    }

    interface NoTable {
        @ReadBack(column = "note")
        String note(long key);
    }
}
