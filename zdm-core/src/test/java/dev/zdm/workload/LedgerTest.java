package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.Mismatch.Kind;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Writes that are lost are noticed, and those that are not are not, on a real server. */
class LedgerTest {
    private static final VersionRole OLD = VersionRole.OLD;
    private static final VersionRole NEW = VersionRole.NEW;

    @Test
    void whatIsThereIsNoMismatch() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            for (int i = 0; i < 10; i++) {
                assertThat(lab.run(i % 2 == 0 ? OLD : NEW, "rename")).isNull();
            }
            assertThat(lab.run(OLD, "delete")).isNull();
            assertThat(lab.run(NEW, "insert")).isNull();

            LedgerHistory history = lab.drain(OLD, NEW);

            assertThat(history.mismatches()).isEmpty();
            assertThat(history.acknowledged()).isEqualTo(12);
            assertThat(history.readBacks())
                    .as("the first one has nothing to compare with")
                    .isEqualTo(11);
            assertThat(history.drainedReadBacks()).isEqualTo(2);
            assertThat(history.keys()).isEqualTo(1);
            assertThat(history.unknown()).isZero();
        }
    }

    @Test
    void aSwallowedUpdateIsFoundBeforeTheNextWrite() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.sql(
                    "create function swallow() returns trigger language plpgsql as 'begin return old; end'",
                    "create trigger swallow before update on item for each row execute function swallow()");
            lab.run(NEW, "rename");
            lab.run(OLD, "rename");

            Mismatch mismatch = only(lab.book.take());

            assertThat(mismatch.kind()).isEqualTo(Kind.GONE);
            assertThat(mismatch.fact()).isEqualTo("name");
            assertThat(mismatch.key()).isEqualTo(1);
            assertThat(mismatch.expected()).containsExactly("'newlflu'");
            assertThat(mismatch.found()).isEqualTo("'oldlflt'");
            assertThat(mismatch.writer()).isEqualTo(new OperationName(NEW, "rename"));
            assertThat(mismatch.operation()).isEqualTo(new OperationName(OLD, "rename"));
            assertThat(mismatch.at()).isAfter(mismatch.written());
            assertThat(mismatch.otherVersion()).isEqualTo("'oldlflt'");
        }
    }

    @Test
    void anOverwrittenValueIsFoundWhenTheLoadIsDrained() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.sql("update item set name = 'stale'");

            LedgerHistory history = lab.drain(OLD, NEW);

            assertThat(only(history).kind()).isEqualTo(Kind.FOREIGN);
            assertThat(only(history).found()).isEqualTo("'stale'");
            assertThat(only(history).operation()).isNull();
            assertThat(history.mismatches().get(0).count())
                    .as("both versions read the same loss: it is told once")
                    .isEqualTo(1);
        }
    }

    @Test
    void withoutADualWriteTheVersionsDiffer() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, LabelShop.class)) {
            lab.run(OLD, "rename");

            Mismatch mismatch = only(lab.drain(OLD, NEW));

            assertThat(mismatch.kind()).isEqualTo(Kind.VERSIONS_DIFFER);
            assertThat(mismatch.reader()).isEqualTo(NEW);
            assertThat(mismatch.found()).isEqualTo("'first'");
            assertThat(mismatch.otherVersion()).isEqualTo("'oldlflt'");
        }
    }

    @Test
    void aVersionWithoutTrafficIsNotAsked() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, LabelShop.class)) {
            lab.run(OLD, "rename");

            assertThat(lab.drain(OLD).mismatches()).isEmpty();
        }
    }

    @Test
    void aDeletedRowStaysDeleted() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.run(OLD, "delete");
            assertThat(lab.drain(OLD).mismatches()).isEmpty();
            lab.sql("insert into item values (1, 'oldlflt', 'first', 0)");

            Mismatch mismatch = only(lab.drain(OLD));

            assertThat(mismatch.kind()).isEqualTo(Kind.GONE);
            assertThat(mismatch.expected()).containsExactly("NULL");
        }
    }

    @Test
    void aWriteThatTheServerRefusedLeavesTheOldValue() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            assertThat(lab.run(OLD, "refused")).isInstanceOf(SQLException.class);

            LedgerHistory history = lab.drain(OLD);

            assertThat(history.mismatches()).isEmpty();
            assertThat(history.unknown()).isZero();
        }
    }

    @Test
    void aWriteThatFailedAndIsThereAllTheSameIsTold() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            assertThat(lab.run(OLD, "halfDone")).isInstanceOf(SQLException.class);

            assertThat(only(lab.drain(OLD)).kind()).isEqualTo(Kind.FAILED_WRITE);
        }
    }

    @Test
    void aLostConnectionAllowsBothValuesUntilOneIsRead() throws Exception {
        for (String operation : List.of("killedBeforeCommit", "killedAfterCommit")) {
            try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
                lab.run(OLD, "rename");
                assertThat(lab.run(OLD, operation)).isInstanceOf(SQLException.class);
                lab.run(NEW, "refused"); // It reads the key back.
                lab.sql("update item set name = case name when 'oldlflt' then 'oldlflu' else 'oldlflt' end");

                LedgerHistory history = lab.drain(OLD);

                assertThat(history.unknown()).isEqualTo(1);
                assertThat(only(history).expected()).as(operation).hasSize(1);
            }
        }
    }

    @Test
    void aLostConnectionAllowsNothingElse() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.run(OLD, "killedBeforeCommit");
            lab.sql("update item set name = 'first'");

            Mismatch mismatch = only(lab.drain(OLD));

            assertThat(mismatch.expected()).containsExactly("'oldlflt'", "'oldlflu'");
        }
    }

    @Test
    void whoNeverAcknowledgesIsNamed() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "forgetful");
            lab.run(OLD, "forgetful");
            lab.run(OLD, "rename");

            assertThat(lab.drain(OLD).idle())
                    .containsExactly(new LedgerHistory.Idle(new OperationName(OLD, "forgetful"), 2));
        }
    }

    @Test
    void atomicAdditionsAddUp() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "deposit");
            lab.run(NEW, "deposit");
            lab.run(NEW, "depositKilled");

            LedgerHistory history = lab.drain(OLD, NEW);

            assertThat(history.mismatches()).isEmpty();
            assertThat(history.totals()).isEqualTo(2);
            assertThat(history.unknown()).isEqualTo(1);
        }
    }

    @Test
    void additionsLostInARaceAreMissing() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            Thread other = new Thread(() -> lab.run(lab.worker(NEW), NEW, "depositSlowly"));
            other.start();
            lab.run(OLD, "depositSlowly");
            other.join();

            Mismatch mismatch = only(lab.drain(OLD));

            assertThat(mismatch.kind()).isEqualTo(Kind.TOTAL_TOO_SMALL);
            assertThat(mismatch.expected()).containsExactly("20");
            assertThat(mismatch.found()).isEqualTo("10");
        }
    }

    @Test
    void readingThatFailsVerifiesNothingAndIsTold() throws Exception {
        try (LedgerLab lab = new LedgerLab(Shop.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.sql("alter table item rename name to title");

            LedgerHistory history = lab.drain(OLD);

            assertThat(history.drainedReadBacks()).isZero();
            assertThat(history.unverified()).containsExactly(unverified("name"));
            assertThat(lab.readFailures).hasSize(5).hasOnlyElementsOfType(SQLException.class);
        }
    }

    private static LedgerHistory.Unverified unverified(String fact) {
        return new LedgerHistory.Unverified(OperationName.readBack(OLD, fact), 1);
    }

    @Test
    void aReadBackThatFailsOnceIsTriedAgainAndFindsTheLostWrite() throws Exception {
        try (LedgerLab lab = new LedgerLab(Moody.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.sql("update item set name = 'first'");
            Moody.FAILURES.set(1);
            lab.run(OLD, "rename");
            LedgerHistory history = lab.book.take();

            assertThat(only(history).kind()).isEqualTo(Kind.GONE);
            assertThat(history.unverified()).isEmpty();
            assertThat(lab.readFailures).singleElement().isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aReadBackThatFailsAgainAndAgainLeavesTheWriteUnverified() throws Exception {
        try (LedgerLab lab = new LedgerLab(Moody.class, Shop.class)) {
            lab.run(OLD, "rename");
            lab.sql("update item set name = 'first'");
            Moody.FAILURES.set(5);
            lab.run(OLD, "rename");
            LedgerHistory history = lab.book.take();

            assertThat(history.mismatches()).isEmpty();
            assertThat(history.unverified()).containsExactly(unverified("name"));
        }
    }

    @Test
    void aTotalThatCouldNotBeReadBeforeIsNotVerified() throws Exception {
        Moody.FAILURES.set(10);
        try (LedgerLab lab = new LedgerLab(MoodyTotal.class, MoodyTotal.class)) {
            lab.run(OLD, "deposit");

            assertThat(lab.drain(OLD).unverified()).containsExactly(unverified("balance"));

            lab.run(OLD, "deposit");
            assertThat(lab.drain(OLD).unverified()).as("its begin is known now").isEmpty();
        }
    }

    private static Mismatch only(LedgerHistory history) {
        assertThat(history.mismatches()).hasSize(1);
        return history.mismatches().get(0).first().get(0);
    }

    /** Writes in more ways, some of which fail. */
    static class Shop extends LedgerLab.Writer {
        private static final CyclicBarrier BOTH_READ = new CyclicBarrier(2);

        Shop(DataSource database) {
            super(database);
        }

        @Operation
        void delete(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            ledger.announce(key, null);
            LedgerLab.update(database, "delete from item where id = ?", key);
            ledger.acknowledge(key, null);
        }

        @Operation
        void insert(Ledger ledger, Keys keys) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            LedgerLab.update(database, "insert into item values (?, ?, 'first', 0)", key, name);
            ledger.acknowledge(key, name);
        }

        @Operation
        void refused(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            LedgerLab.update(
                    database, "update item set name = ?, balance = null where id = ?", ledger.newValue(key), key);
        }

        @Operation
        void halfDone(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            LedgerLab.update(database, "update item set name = ? where id = ?", ledger.newValue(key), key);
            LedgerLab.update(database, "update item set balance = null where id = ?", key);
        }

        @Operation
        void killedBeforeCommit(Keys keys, Ledger ledger) throws SQLException {
            killed(keys.own(), ledger, false);
        }

        @Operation
        void killedAfterCommit(Keys keys, Ledger ledger) throws SQLException {
            killed(keys.own(), ledger, true);
        }

        private void killed(long key, Ledger ledger, boolean afterCommit) throws SQLException {
            String name = ledger.newValue(key);
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(afterCommit);
                statement.execute("update item set name = '" + name + "' where id = " + key);
                statement.execute("select pg_terminate_backend(pg_backend_pid())");
            }
        }

        @Operation
        void forgetful(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            LedgerLab.update(database, "update item set name = ? where id = ?", ledger.newValue(key), key);
        }

        @Operation
        void depositKilled(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.shared();
            ledger.adding(key, 7);
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("update item set balance = balance + 7 where id = " + key);
                statement.execute("select pg_terminate_backend(pg_backend_pid())");
            }
        }

        @Operation
        void depositSlowly(Keys keys, Ledger ledger) throws Exception {
            long key = keys.shared();
            ledger.adding(key, 10);
            int balance = LedgerLab.read(database, "select balance from item where id = ?", key, Integer.class);
            BOTH_READ.await(30, TimeUnit.SECONDS);
            LedgerLab.update(database, "update item set balance = ? where id = ?", balance + 10, key);
            ledger.acknowledgeAdded(key, 10);
        }
    }

    /** Fails to read as often as it is told to. */
    static final class Moody extends Shop {
        private static final AtomicInteger FAILURES = new AtomicInteger();

        Moody(DataSource database) {
            super(database);
        }

        static void answer() {
            if (FAILURES.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("no answer");
            }
        }

        @Override
        @ReadBack
        @Nullable
        String name(long key) throws SQLException {
            answer();
            return super.name(key);
        }
    }

    /** Reads totals in the same way, and has no other fact. */
    static final class MoodyTotal extends Shop {
        MoodyTotal(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack(total = true)
        @Nullable
        Integer balance(long key) throws SQLException {
            Moody.answer();
            return super.balance(key);
        }
    }

    /** Keeps names in another column. */
    static final class LabelShop extends Shop {
        LabelShop(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        @Nullable
        String name(long key) throws SQLException {
            return LedgerLab.read(database, "select label from item where id = ?", key, String.class);
        }
    }
}
