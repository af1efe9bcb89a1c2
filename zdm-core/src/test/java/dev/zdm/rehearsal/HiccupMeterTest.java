package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.Hiccup;
import dev.zdm.observation.Hiccup.Missing;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class HiccupMeterTest {
    private static final Instant NOON = Instant.parse("2126-01-01T12:00:00Z"); // Nothing real happens then.

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

    @Test
    void theSameTimeCountsOnce() {
        try (HiccupMeter meter = new HiccupMeter(WallClock.start(), NONE, NONE)) {
            meter.note(Missing.PROCESSOR, NOON, Duration.ofMillis(50));
            meter.note(Missing.PROCESSOR, NOON.plusMillis(20), Duration.ofMillis(60));
            meter.note(Missing.PROCESSOR, NOON.plusMillis(30), Duration.ofMillis(10));

            assertThat(meter.take())
                    .containsExactly(
                            new Hiccup(Missing.PROCESSOR, NOON, Duration.ofMillis(50)),
                            new Hiccup(Missing.PROCESSOR, NOON.plusMillis(50), Duration.ofMillis(30)));
        }
    }

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
