package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.observation.LockLab.Session;
import dev.zdm.observation.LockWait.Cause;
import dev.zdm.plan.VersionRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Nobody is blamed wrongly, and nobody is missed, under more waits than any test of an application has. */
class LockWaitStressTest {
    private static final String SCHEMA = "create table hot (id int primary key, v int);"
            + " insert into hot values (1, 0), (2, 0);"
            + " create table other (id int primary key, v int);"
            + " insert into other select i, i from generate_series(1, 20000) i;"
            + " create table unused (id int)";
    private static final int SESSIONS = 8;
    private static final int ROUNDS = 15;
    private static final OperationName UPDATE = new OperationName(VersionRole.OLD, "update");

    private final AtomicBoolean stop = new AtomicBoolean();

    @Test
    void harmless_work_of_the_migration_is_blamed_for_none_of_the_waits_of_eight_sessions_at_two_rows() {
        try (EmbeddedServer server = LockLab.server();
                LockLab lab = new LockLab(server, SCHEMA)) {
            List<Future<?>> load = startLoad(lab);
            Session migration = lab.open(SessionRole.MIGRATION);
            for (int i = 0; i < ROUNDS; i++) {
                migration.run("create index concurrently other_v on other (v)");
                migration.run("drop index concurrently other_v");
                migration.run("alter table unused add column c" + i + " int");
                lab.poll();
            }
            stop.set(true);
            load.forEach(Session::get);

            List<LockWait> waits = lab.finish();
            assertThat(waits)
                    .filteredOn(wait -> wait.cause() != Cause.CONTENTION)
                    .isEmpty();
            assertThat(waits).filteredOn(wait -> wait.operation() != null).hasSizeGreaterThan(100);
            assertThat(lab.contention())
                    .anySatisfy(summary -> assertThat(summary.operation()).isEqualTo(UPDATE));
        }
    }

    @Test
    void every_session_that_waits_for_the_hot_table_is_found_among_all_the_others() {
        try (EmbeddedServer server = LockLab.server();
                LockLab lab = new LockLab(server, SCHEMA)) {
            List<Future<?>> load = startLoad(lab);
            Session migration = lab.open(SessionRole.MIGRATION);
            for (int i = 0; i < ROUNDS; i++) {
                migration.run("begin; lock table hot in access exclusive mode; select pg_sleep(0.05); commit");
                lab.poll();
            }
            stop.set(true);
            load.forEach(Session::get);

            List<LockWait> waits = lab.finish();
            assertThat(waits)
                    .filteredOn(wait -> wait.relation() != null && wait.waiter() == SessionRole.OLD_VERSION)
                    .hasSizeGreaterThan(ROUNDS)
                    .allSatisfy(wait -> assertThat(wait.cause()).isNotEqualTo(Cause.CONTENTION));
        }
    }

    private List<Future<?>> startLoad(LockLab lab) {
        List<Future<?>> load = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Session session = lab.open(SessionRole.OLD_VERSION);
            int row = i % 2 + 1;
            load.add(session.start(() -> contend(lab, session, row)));
        }
        return load;
    }

    private void contend(LockLab lab, Session session, int row) {
        while (!stop.get()) {
            lab.sessions.operationStarted(session.pid, UPDATE, Instant.now());
            session.execute("begin; update hot set v = v + 1 where id = " + row + "; select pg_sleep(0.002); commit");
            lab.sessions.operationEnded(session.pid, Instant.now());
        }
    }
}
