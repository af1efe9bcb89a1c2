package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.SqlOperation;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a version can read of a key, and which methods cannot. */
class FactsTest {
    private static final DataSource NOWHERE = new PGSimpleDataSource();

    @Test
    void factsAreNamedAndReadThroughTheVersion() throws Exception {
        Facts facts = Facts.bind(ApplicationVersion.of(Customers.class), NOWHERE);

        assertThat(facts.facts())
                .containsExactly(
                        new Fact("balance", Long.class, true),
                        new Fact("nameOf", String.class, false),
                        new Fact("nickname", String.class, false));
        assertThat(facts.read(facts.facts().get(0), 7)).isEqualTo(70L);
        assertThat(facts.read(facts.facts().get(1), 7)).isEqualTo("customer 7");
        assertThat(facts.read(facts.facts().get(2), 7)).isNull();
    }

    @Test
    void whatTheApplicationThrowsIsThrown() {
        Facts facts = Facts.bind(ApplicationVersion.of(Customers.class), NOWHERE);

        assertThatThrownBy(() -> facts.read(facts.facts().get(1), -1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no customer -1");
    }

    @Test
    void aVersionOfSqlHasNone() {
        ApplicationVersion sql = ApplicationVersion.ofSql(SqlOperation.of("one", "select 1"));

        assertThat(Facts.of(sql)).isEmpty();
        assertThat(Facts.bind(sql, NOWHERE).facts()).isEmpty();
    }

    @Test
    void valuesAreComparedAsAnApplicationWould() {
        assertThat(Values.same(1, 1L)).isTrue();
        assertThat(Values.same(new BigDecimal("1.0"), new BigDecimal("1.00"))).isTrue();
        assertThat(Values.same(new byte[] {1}, new byte[] {1})).isTrue();
        assertThat(Values.same(null, null)).isTrue();
        assertThat(Values.same(null, "")).isFalse();
        assertThat(Values.same("a", "a ")).isFalse();
        assertThat(Values.same(1L, 2)).isFalse();
    }

    @Test
    void longTextsAreShownByBothEnds() {
        String rocket = "\uD83D\uDE80";

        assertThat(MismatchReport.spelled(rocket.repeat(60))).isEqualTo("'" + rocket.repeat(60) + "'");
        assertThat(MismatchReport.spelled(rocket.repeat(60) + "0000000000z1"))
                .isEqualTo("'" + rocket.repeat(40) + "…0000000000z1' (72 characters)");
    }

    @Test
    void readBacksThatCannotReadAreRefused() {
        assertRefused(
                Keyless.class, "@ReadBack Keyless.name must take one long, the key, and nothing else, found [int]");
        assertRefused(Silent.class, "@ReadBack Silent.name must return the value that it reads, found void");
        assertRefused(
                Rounding.class,
                "@ReadBack Rounding.sum reads a total, and so must return a long or another exact number, found "
                        + "java.lang.Double");
        assertRefused(
                Twice.class,
                "workload " + Twice.class.getName()
                        + " reads the fact 'name' by two methods marked with @ReadBack; give each fact its own name");
    }

    @Test
    void bothVersionsReadAFactAsTheSameType() {
        assertThatThrownBy(() -> Workloads.validate(
                        ApplicationVersion.of(Customers.class), ApplicationVersion.of(OtherType.class)))
                .isInstanceOf(PlanException.class)
                .hasMessage(
                        "both versions read the fact 'nameOf' with @ReadBack, and so must return the same type; the "
                                + "old version returns java.lang.String, the new version java.lang.Integer");
        assertThatThrownBy(() -> Workloads.validate(
                        ApplicationVersion.of(Customers.class), ApplicationVersion.of(NoTotal.class)))
                .isInstanceOf(PlanException.class)
                .hasMessage("the fact 'balance' must be a total in both versions or in none; the old version has "
                        + "@ReadBack(total = true), the new version @ReadBack(total = false)");
        Workloads.validate(ApplicationVersion.of(Customers.class), ApplicationVersion.of(Customers.class));
    }

    @Test
    void manyKeysAreReadAsOneIs() {
        Facts facts = Facts.bind(ApplicationVersion.of(InBulk.class), NOWHERE);
        Fact name = new Fact("name", String.class, false);

        assertThat(facts.facts()).containsExactly(name);
        assertThat(facts.readsMany(name)).isTrue();
        Workloads.validate(ApplicationVersion.of(InBulk.class), ApplicationVersion.of(InBulk.class));
        assertBulkRefused(
                BulkWithoutOne.class,
                "@ReadBack BulkWithoutOne.names reads many keys, and so must have the name of a fact that another "
                        + "method reads of one key: @ReadBack(\"…\") with one of [name]");
        assertBulkRefused(
                BulkOfAnotherType.class,
                "@ReadBack BulkOfAnotherType.names must take a Collection<Long> and return a Map<Long, String>, found ");
        assertBulkRefused(
                BulkWithColumn.class,
                "@ReadBack BulkWithColumn.names reads many keys; name the column of 'name' where one key is read");
    }

    private static void assertBulkRefused(Class<?> workload, String message) {
        ApplicationVersion version = ApplicationVersion.of(workload);
        assertThatThrownBy(() -> Workloads.validate(version, version))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(message);
    }

    private static void assertRefused(Class<?> workload, String message) {
        assertThatThrownBy(() -> Workloads.validate(ApplicationVersion.of(workload)))
                .isInstanceOf(PlanException.class)
                .hasMessage(message);
    }

    /** A workload that does nothing. */
    static class Idle {
        Idle(DataSource database) {}

        @Operation
        void rest() {}
    }

    static final class Customers extends Idle {
        Customers(DataSource database) {
            super(database);
        }

        @ReadBack
        private String nameOf(long key) {
            if (key < 0) {
                throw new IllegalStateException("no customer " + key);
            }
            return "customer " + key;
        }

        @ReadBack("nickname")
        Optional<String> nicknameOf(long key) {
            return Optional.empty();
        }

        @ReadBack(total = true)
        long balance(long key) {
            return 10 * key;
        }
    }

    /** Reads the name of one key. */
    static class OfOne extends Idle {
        OfOne(DataSource database) {
            super(database);
        }

        @ReadBack
        String name(long key) {
            return "customer " + key;
        }
    }

    static final class InBulk extends OfOne {
        InBulk(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, String> names(Collection<Long> keys) {
            return Map.of();
        }
    }

    static final class BulkWithoutOne extends OfOne {
        BulkWithoutOne(DataSource database) {
            super(database);
        }

        @ReadBack
        Map<Long, String> names(Collection<Long> keys) {
            return Map.of();
        }
    }

    static final class BulkOfAnotherType extends OfOne {
        BulkOfAnotherType(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, Integer> names(Collection<Long> keys) {
            return Map.of();
        }
    }

    static final class BulkWithColumn extends OfOne {
        BulkWithColumn(DataSource database) {
            super(database);
        }

        @ReadBack(value = "name", column = "customer.name")
        Map<Long, String> names(Collection<Long> keys) {
            return Map.of();
        }
    }

    static final class Keyless extends Idle {
        Keyless(DataSource database) {
            super(database);
        }

        @ReadBack
        String name(int key) {
            return "" + key;
        }
    }

    static final class Silent extends Idle {
        Silent(DataSource database) {
            super(database);
        }

        @ReadBack
        void name(long key) {}
    }

    static final class Rounding extends Idle {
        Rounding(DataSource database) {
            super(database);
        }

        @ReadBack(total = true)
        double sum(long key) {
            return key;
        }
    }

    static final class Twice extends Idle {
        Twice(DataSource database) {
            super(database);
        }

        @ReadBack
        String name(long key) {
            return "" + key;
        }

        @ReadBack("name")
        String alsoName(long key) {
            return "" + key;
        }
    }

    static final class OtherType extends Idle {
        OtherType(DataSource database) {
            super(database);
        }

        @ReadBack
        Optional<Integer> nameOf(long key) {
            return Optional.empty();
        }
    }

    static final class NoTotal extends Idle {
        NoTotal(DataSource database) {
            super(database);
        }

        @ReadBack
        long balance(long key) {
            return key;
        }
    }
}
