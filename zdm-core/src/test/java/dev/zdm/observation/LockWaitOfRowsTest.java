package dev.zdm.observation;

import static dev.zdm.observation.LockLab.Session.get;
import static dev.zdm.observation.LockLog.waitOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockLab.Session;
import dev.zdm.observation.LockWait.Cause;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Waits at rows that several sessions share, and a log that goes on in another file meanwhile, on a real server. */
class LockWaitOfRowsTest extends InLockLab {
    @Test
    void a_writer_waits_for_a_change_that_waits_for_rows_locked_for_share() {
        Session writer = lab.open(SessionRole.OLD_VERSION);
        app1.run("begin; select * from a where id = 1 for share");
        app2.run("begin; select * from a where id = 1 for share");
        Future<?> change = migration.startAndWait("update a set v = 7");
        Future<?> write = writer.startAndWait("update a set v = 1 where id = 1");
        // Much longer than the update itself takes.
        app1.run("select pg_sleep(0.3)");
        app1.run("commit");
        app2.run("commit");
        get(change);
        get(write);

        List<LockWait> waits = lab.finish();
        assertThat(waits.stream().filter(wait -> wait.waiterPid() == migration.pid))
                .isNotEmpty()
                .allMatch(wait -> wait.cause() == Cause.CONTENTION)
                .allMatch(wait -> wait.target().startsWith("transaction "));
        // With the row in its hands it may wait once more, until the change has committed.
        LockWait wait = waitOf(ofRow(waits), writer.pid);
        // It would wait for those who share the row anyway, and only the rest for the change.
        assertThat(wait.causedDuration()).isLessThan(wait.duration().dividedBy(2));
    }

    private static List<LockWait> ofRow(List<LockWait> waits) {
        return waits.stream().filter(wait -> wait.target().startsWith("tuple ")).toList();
    }

    @Test
    void sharers_of_a_row_wait_for_the_change_that_has_updated_it() {
        migration.run("begin; update a set v = 7");
        Future<?> first = app1.startAndWait("select * from a where id = 1 for share");
        // A foreign key's check asks for no more than this, which an update of other columns lets pass.
        app2.run("select * from a where id = 1 for key share");
        migration.run("commit");
        get(first);

        assertThat(lab.finish()).singleElement().satisfies(wait -> {
            assertThat(wait.waiterPid()).isEqualTo(app1.pid);
            assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        });
    }

    @Test
    void a_wait_goes_on_in_the_next_file_of_the_log() {
        migration.run("begin; alter table a add column c int");
        Future<?> read = app1.startAndWait("select * from a");
        // The names differ by the second, so that the first rotations may lead to the same file.
        app2.run("do $$ declare file text := pg_current_logfile(); begin"
                + " while pg_current_logfile() = file loop perform pg_rotate_logfile();"
                + " perform pg_sleep(0.05); end loop; end $$");
        migration.run("select pg_sleep(0.2)");
        migration.run("commit");
        get(read);

        LockWait wait = waitOf(lab.finish(), app1.pid);
        assertThat(wait.cause()).isEqualTo(Cause.MIGRATION);
        assertThat(wait.duration()).isGreaterThan(Duration.ofMillis(200));
        assertThat(wait.causedDuration()).isEqualTo(wait.duration());
    }
}
