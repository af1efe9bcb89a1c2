package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.Hiccup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class HiccupMeterTest {
    @Test
    void aDelayIsWhatWasAddedSinceTheLastLook() {
        Map<Integer, Long> accounts = new ConcurrentHashMap<>(Map.of(7, 1_000L));
        RunDelays delays = new RunDelays(
                pid -> accounts.containsKey(pid) ? OptionalLong.of(accounts.get(pid)) : OptionalLong.empty());

        assertThat(delays.since(Set.of(7, 8))).isZero();
        accounts.put(7, 1_500L);
        accounts.put(8, 90_000L); // New: what it waited for before is not known.
        assertThat(delays.since(Set.of(7, 8))).isEqualTo(500);
        accounts.put(8, 90_200L);
        assertThat(delays.since(Set.of(7, 8))).isEqualTo(200);
    }

    private static final RunDelays NONE = new RunDelays(task -> OptionalLong.empty());

    /** While the server works, its client waits for the answer, and the other way round. */
    @Test
    void whatServerAndClientWaitForAProcessorAddsUp() {
        Map<Integer, Long> accounts = new ConcurrentHashMap<>(Map.of(7, 0L, 70, 0L));
        IntFunction<OptionalLong> account = task -> OptionalLong.of(accounts.get(task));
        try (HiccupMeter meter = new HiccupMeter(WallClock.start(), new RunDelays(account), new RunDelays(account))) {
            meter.watch(new HiccupMeter.Watched(() -> Set.of(7), () -> Set.of(70)));
            meter.look();
            accounts.put(7, 30_000_000L);
            accounts.put(70, 200_000_000L);
            meter.look();
            meter.look();

            assertThat(meter.take()).extracting(Hiccup::length).containsExactly(Duration.ofMillis(230));
        }
    }

    @Test
    void whatTheObserversOfAChangeTakeIsNotItsFault() {
        try (HiccupMeter meter = new HiccupMeter(WallClock.start(), NONE, NONE)) {
            meter.heldUp(System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(80));

            assertThat(meter.take())
                    .singleElement()
                    .satisfies(hiccup -> assertThat(hiccup.length()).isGreaterThanOrEqualTo(Duration.ofMillis(80)));
        }
    }

    @Test
    void whenItLooksLateTheMachineWasLate() throws InterruptedException {
        CountDownLatch looked = new CountDownLatch(3);
        RunDelays slow = new RunDelays(pid -> {
            looked.countDown();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(60));
            return OptionalLong.empty();
        });
        try (HiccupMeter meter = HiccupMeter.start(WallClock.start(), slow, NONE)) {
            meter.watch(new HiccupMeter.Watched(() -> Set.of(7), Set::of));
            assertThat(looked.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(meter.take()).extracting(Hiccup::length).anyMatch(late -> late.toMillis() >= 50);
        }
    }

    @Test
    void aThreadOfThisJvmHasAnAccountAndAnotherProcessHasNone() {
        OptionalInt own = RunDelays.currentThread();

        if (own.isPresent()) { // Linux
            assertThat(RunDelays.ofOwnThread(own.getAsInt())).isPresent();
        }
        assertThat(RunDelays.ofOwnThread(1_999_999_999)).isEmpty();
    }

    @Test
    void aServerProcessHasAnAccountAndAnotherProcessHasNone() throws Exception {
        try (Database database = TestServer.get().fresh("delays", empty -> {});
                Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = connection.createStatement()) {
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            OptionalLong before = RunDelays.ofServerProcess(pid);
            statement.execute("select count(*) from generate_series(1, 1000000)");

            if (before.isPresent()) { // Linux
                assertThat(RunDelays.ofServerProcess(pid).orElseThrow()).isGreaterThanOrEqualTo(before.getAsLong());
            }
            assertThat(RunDelays.ofServerProcess((int) ProcessHandle.current().pid()))
                    .isEmpty();
        }
    }
}
