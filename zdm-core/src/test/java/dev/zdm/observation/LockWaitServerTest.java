package dev.zdm.observation;

import static dev.zdm.observation.LockLab.Session.get;
import static dev.zdm.observation.LockLog.waitOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.zdm.observation.LockLab.Session;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The tracker on the log of a real server. */
class LockWaitServerTest extends InLockLab {
    private static final Relation A = new Relation("public", "a");

    @Test
    void an_alter_table_in_an_open_transaction_blocks_a_reader() {
        migration.run("begin");
        migration.run("alter table a add column c int");
        Future<?> read = app1.startAndWait("select * from a");
        migration.run("commit");
        get(read);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.mode()).isEqualTo("AccessShareLock");
        assertThat(wait.relation()).isEqualTo(A);
        assertThat(wait.causedDuration()).isEqualTo(wait.duration()).isGreaterThanOrEqualTo(Duration.ofMillis(1));
        assertThat(wait.culprit()).isEqualTo(new SqlStatement("alter table a add column c int", "V2.sql", 1));
        assertThat(wait.chain())
                .singleElement()
                .asString()
                .startsWith("migration (pid " + migration.pid + ") held the lock");
    }

    @Test
    void a_lock_is_laid_at_the_door_of_the_statement_that_took_it_not_of_the_one_that_runs() {
        migration.run("begin");
        migration.run("alter table a add column c int");
        Future<?> sleep = migration.start("select pg_sleep(0.3)");
        Future<?> read = app1.startAndWait("select * from a");
        get(sleep);
        migration.run("commit");
        get(read);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.culprit()).isEqualTo(new SqlStatement("alter table a add column c int", "V2.sql", 1));
        assertThat(wait.chain())
                .containsExactly("migration (pid " + migration.pid
                        + ") held the lock since V2.sql:1 and kept it during V2.sql:1 select pg_sleep(0.3)");
    }

    @Test
    void a_row_is_laid_at_the_door_of_the_statement_that_locked_it() {
        migration.run("begin");
        migration.run("update b set v = 7");
        migration.run("update a set v = 7");
        Future<?> update = app1.startAndWait("update b set v = 2 where id = 1");
        migration.run("select pg_sleep(0.05)");
        migration.run("commit");
        get(update);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.culprit()).isEqualTo(new SqlStatement("update b set v = 7", "V2.sql", 1));
    }

    /** As on a server whose log is out of reach. */
    @Test
    void the_sampler_alone_sees_holders_queues_and_chains() {
        lab.reading = false;
        Session app3 = lab.open(SessionRole.OLD_VERSION);
        migration.run("begin; lock table a in access exclusive mode");
        app1.run("begin; update b set v = 1 where id = 1");
        Future<?> blocked = app1.startAndWait("update a set v = 1 where id = 1");
        Future<?> second = app2.startAndWait("update b set v = 2 where id = 1");
        Future<?> third = app3.startAndWait("select * from a");
        migration.run("select pg_sleep(0.3)");
        migration.run("commit");
        get(blocked);
        app1.run("commit");
        get(second);
        get(third);

        List<LockWait> waits = lab.finish();
        assertThat(waits).allMatch(wait -> wait.cause() == Cause.MIGRATION);
        assertThat(waits).extracting(LockWait::waiterPid).containsExactlyInAnyOrder(app1.pid, app2.pid, app3.pid);
        assertThat(waitOf(waits, app2.pid).chain())
                .containsExactly(
                        "old version (pid " + app1.pid + ") held the lock and was waiting for RowExclusiveLock on a",
                        "migration (pid " + migration.pid
                                + ") held the lock since V2.sql:1 and kept it during V2.sql:1 select pg_sleep(0.3)");
    }

    @Test
    void odd_names_other_schemas_partitions_and_children_are_named_as_they_are() {
        app1.run("create schema \"Büro\"; create table \"Büro\".\"Größe \"\"x\"\"\" (id int) partition by list (id);"
                + " create table \"Büro\".\"Teil 1\" partition of \"Büro\".\"Größe \"\"x\"\"\" for values in (1);"
                + " create table parent (id int); create table child () inherits (parent)");

        int whole = waiterFor(
                "alter table \"Büro\".\"Größe \"\"x\"\"\" add column c int",
                "select * from \"Büro\".\"Größe \"\"x\"\"\"");
        int part = waiterFor(
                "alter table \"Büro\".\"Größe \"\"x\"\"\" add column d int", "select * from \"Büro\".\"Teil 1\"");
        int child = waiterFor("alter table parent add column c int", "select * from child");

        List<LockWait> waits = lab.finish();
        assertThat(waitOf(waits, whole).relation()).hasToString("\"Büro\".\"Größe \"\"x\"\"\"");
        assertThat(waitOf(waits, part).relation()).hasToString("\"Büro\".\"Teil 1\"");
        assertThat(waitOf(waits, child).relation()).hasToString("child");
        assertThat(waits).allMatch(wait -> wait.cause() == Cause.MIGRATION);
    }

    private int waiterFor(String change, String query) {
        Session app = lab.open(SessionRole.NEW_VERSION);
        migration.run("begin");
        migration.run(change);
        Future<?> read = app.startAndWait(query);
        migration.run("commit");
        get(read);
        return app.pid;
    }

    @Test
    void a_long_reader_makes_the_alter_wait_and_the_alter_a_second_reader() {
        Session blocker = lab.open(SessionRole.BLOCKER);
        blocker.run("begin; select * from a");
        Future<?> alter = migration.startAndWait("alter table a add column c int");
        Future<?> read = app1.startAndWait("select * from a");
        // Much longer than the alteration itself takes: the longer cause is the one that counts.
        blocker.run("select pg_sleep(0.3)");
        blocker.run("commit");
        get(alter);
        get(read);

        List<LockWait> waits = lab.finish();
        LockWait wait = waitOf(waits, app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.LOCK_QUEUE);
        assertThat(wait.causedDuration()).isEqualTo(wait.duration());
        assertThat(wait.culprit()).isEqualTo(new SqlStatement("alter table a add column c int", "V2.sql", 1));
        assertThat(wait.chain())
                .containsExactly("migration (pid " + migration.pid + ") was waiting for AccessExclusiveLock on a"
                        + " behind blocking session (pid " + blocker.pid + ")");
        assertThat(waitOf(waits, migration.pid).cause()).isEqualTo(Cause.CONTENTION);
    }

    @Test
    void two_sessions_at_one_row_contend_while_the_migration_changes_another_table() {
        migration.run("begin; alter table b add column c int");
        app1.run("begin; update a set v = 1 where id = 1");
        Future<?> update = app2.startAndWait("update a set v = 2 where id = 1");
        app1.run("commit");
        get(update);
        migration.run("commit");

        LockWait wait = waitOf(lab.finish(), app2.pid);
        assertThat(wait.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(wait.target()).startsWith("transaction ");
        assertThat(wait.causedDuration()).isZero();
        assertThat(wait.culprit()).isNull();
        assertThat(wait.chain()).containsExactly("old version (pid " + app1.pid + ") held the lock");
    }

    @Test
    void a_chain_leads_to_the_migration() {
        Session app3 = lab.open(SessionRole.OLD_VERSION);
        migration.run("begin; lock table a in access exclusive mode");
        app1.run("begin; update b set v = 1 where id = 1");
        Future<?> blocked = app1.startAndWait("update a set v = 1 where id = 1");
        Future<?> second = app2.startAndWait("update b set v = 2 where id = 1");
        Future<?> third = app3.startAndWait("update b set v = 3 where id = 1");
        migration.run("commit");
        get(blocked);
        app1.run("commit");
        get(second);
        get(third);

        List<LockWait> waits = lab.finish();
        LockWait wait = waitOf(waits, app2.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.causedDuration()).isPositive().isLessThanOrEqualTo(wait.duration());
        assertThat(wait.chain())
                .hasSize(2)
                .startsWith(
                        "old version (pid " + app1.pid + ") held the lock and was waiting for RowExclusiveLock on a")
                .last(STRING)
                .startsWith("migration (pid " + migration.pid + ") held the lock");
        assertThat(waits.stream().filter(other -> other.waiterPid() == app3.pid))
                .first()
                .satisfies(other -> {
                    assertThat(other.target()).startsWith("tuple ");
                    assertThat(other.cause()).isEqualTo(Cause.MIGRATION);
                    assertThat(other.chain()).hasSize(3);
                });
    }

    @Test
    void a_mass_update_blocks_the_update_of_one_row() {
        migration.run("begin; update a set v = 7");
        Future<?> update = app1.startAndWait("update a set v = 2 where id = 1");
        migration.run("commit");
        get(update);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.target()).startsWith("transaction ");
    }

    @Test
    void a_lock_timeout_ends_a_wait() {
        app1.run("set lock_timeout = '50ms'");
        migration.run("begin; alter table a add column c int");

        assertThatThrownBy(() -> app1.run("select * from a")).hasMessageContaining("lock timeout");
        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        // A loaded server writes its first entry late, and the wait then seems to begin later.
        assertThat(wait.duration()).isBetween(Duration.ofMillis(25), Duration.ofSeconds(10));
    }

    @Test
    void a_terminated_session_ends_its_wait() {
        migration.run("begin; alter table a add column c int");
        Future<?> read = app1.startAndWait("select * from a");
        app2.run("select pg_terminate_backend(" + app1.pid + ")");
        assertThatThrownBy(() -> get(read)).isNotNull();
        List<LockWait> waits = lab.finish();

        assertThat(waitOf(waits, app1.pid).cause()).isEqualTo(Cause.MIGRATION);
        assertThat(lab.entries)
                .anyMatch(entry -> entry.pid() == app1.pid && entry.severity().equals("FATAL"));
    }

    @Test
    void a_deadlock_with_the_migration_is_its_fault() {
        app1.run("set deadlock_timeout = '10s'; begin; update a set v = 1 where id = 1");
        migration.run("begin; update b set v = 1 where id = 1");
        Future<?> first = app1.start("update b set v = 2 where id = 1");
        awaitLock(app1);
        assertThatThrownBy(() -> migration.run("update a set v = 2 where id = 1"))
                .hasMessageContaining("deadlock detected");
        migration.run("rollback");
        get(first);

        List<LockWait> waits = lab.finish();
        LockWait own = waitOf(waits, migration.pid);
        assertThat(own.cause()).isEqualTo(Cause.CONTENTION);
        assertThat(own.chain()).containsExactly("old version (pid " + app1.pid + ") held the lock");
    }

    /** Against the order of the log's list, which begins with who touched the table first. */
    @Test
    void a_session_that_had_read_the_table_queues_behind_an_index_build() {
        app2.run("begin; update a set v = 1 where id = 1");
        app1.run("begin; select * from a");
        Future<?> build = migration.startAndWait("create index on a (v)");
        Future<?> write = app1.startAndWait("update a set v = 1 where id = 2");
        app2.run("select pg_sleep(0.3)");
        app2.run("commit");
        get(build);
        get(write);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(lab.entries)
                .anyMatch(entry -> entry.detail() != null
                        && entry.detail().contains("Wait queue: " + app1.pid + ", " + migration.pid));
        assertThat(wait.cause()).isEqualTo(Cause.LOCK_QUEUE);
    }

    @Test
    void a_migration_that_has_only_read_the_table_is_not_blamed() {
        assertThat(writerBehindTheTableLockOfAnother().cause()).isEqualTo(Cause.CONTENTION);
    }

    /** The log alone does not tell in which mode the migration holds the table. */
    @Test
    void a_migration_that_has_only_read_the_table_is_blamed_where_nobody_looks_at_its_locks() {
        lab.sampling = false;

        assertThat(writerBehindTheTableLockOfAnother().cause()).isEqualTo(Cause.MIGRATION);
    }

    private LockWait writerBehindTheTableLockOfAnother() {
        Session blocker = lab.open(SessionRole.BLOCKER);
        Session app3 = lab.open(SessionRole.OLD_VERSION);
        migration.run("begin; select * from a");
        app2.run("begin; update a set v = 1 where id = 1");
        Future<?> lock = blocker.startAndWait("begin; lock table a in share row exclusive mode");
        Future<?> write = app3.startAndWait("update a set v = 1 where id = 2");
        app2.run("commit");
        get(lock);
        blocker.run("commit");
        get(write);
        migration.run("commit");
        return waitOf(lab.finish(), app3.pid);
    }

    @Test
    void a_writer_waits_for_a_table_lock_beside_which_the_migration_validates() {
        Session blocker = lab.open(SessionRole.BLOCKER);
        migration.run("alter table a add constraint positive check (v >= 0) not valid");
        migration.run("begin; alter table a validate constraint positive");
        Future<?> lock =
                blocker.startAndWait("begin; lock table a in share row exclusive mode; select pg_sleep(0.3); commit");
        Future<?> write = app1.startAndWait("update a set v = 1 where id = 2");
        migration.run("commit");
        get(lock);
        get(write);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        // The rest of it, while the other held the table, is not the migration's.
        assertThat(wait.causedDuration()).isPositive();
        assertThat(wait.duration().minus(wait.causedDuration())).isGreaterThan(Duration.ofMillis(200));
        assertThat(wait.chain()).hasSize(2);
    }

    @Test
    void the_server_repeats_itself_when_something_wakes_the_session() {
        migration.run("begin; alter table a add column c int");
        app1.run("set client_connection_check_interval = '5ms'");
        Future<?> read = app1.startAndWait("select * from a");
        LockLab.await(() -> {
            lab.poll();
            return lab.entries.stream()
                            .filter(entry -> entry.message().contains("still waiting"))
                            .count()
                    >= 3;
        });
        migration.run("commit");
        get(read);

        assertThat(waitOf(lab.finish(), app1.pid).duration()).isGreaterThan(Duration.ofMillis(9));
    }

    private void awaitLock(Session session) {
        migration.run("do $$ begin while not exists (select from pg_stat_activity where pid = " + session.pid
                + " and wait_event_type = 'Lock') loop perform pg_stat_clear_snapshot(); end loop; end $$");
    }
}
