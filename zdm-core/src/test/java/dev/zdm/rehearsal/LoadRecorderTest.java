package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LoadListener.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadRecorderTest {
    private static final OperationName FIND = new OperationName(VersionRole.OLD, "find");

    private final SlowRuns slow = new SlowRuns(Duration.ofNanos(100));
    private final LoadRecorder recorder = new LoadRecorder(WallClock.start(), new SessionRegistry(), slow);

    @Test
    void operationsAndReadBacksThatTakeLongAreKnown() {
        recorder.ended(new Outcome(FIND, 0, 0, 1000, 1200), null);
        recorder.readBack(new Outcome(FIND, 0, 0, 3000, 3200), null);
        recorder.ended(new Outcome(FIND, 0, 0, 5000, 5100), null);

        assertThat(slow.mayHaveWaited(900, 1100)).isTrue();
        assertThat(slow.mayHaveWaited(2900, 3100)).isTrue();
        assertThat(slow.mayHaveWaited(4900, 5200)).isFalse();
    }

    @Test
    void aThreadOfTheWorkloadsOwnMayTakeLongUnseen() throws InterruptedException {
        recorder.sessionUsed(VersionRole.OLD, null, 7); // A read-back by the controlling thread.
        run("zdm read-back 1");
        assertThat(slow.mayHaveWaited(0, 200)).isFalse();

        run("housekeeping");
        assertThat(slow.mayHaveWaited(0, 200)).isTrue();
    }

    private void run(String name) throws InterruptedException {
        Thread thread = new Thread(() -> recorder.sessionUsed(VersionRole.OLD, null, 8), name);
        thread.start();
        thread.join();
    }
}
