package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.observation.Hiccup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    @Test
    void theSameTimeCountsOnce() {
        try (HiccupMeter meter = new HiccupMeter(WallClock.start())) {
            meter.take();
            meter.note(NOON, Duration.ofMillis(50));
            meter.note(NOON.plusMillis(20), Duration.ofMillis(60));
            meter.note(NOON.plusMillis(30), Duration.ofMillis(10));

            assertThat(meter.take().stream().filter(hiccup -> !hiccup.begin().isBefore(NOON)))
                    .containsExactly(
                            new Hiccup(NOON, Duration.ofMillis(50)),
                            new Hiccup(NOON.plusMillis(50), Duration.ofMillis(30)));
        }
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
