package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.LockMessage.Event;
import dev.zdm.observation.LockTarget.Kind;
import dev.zdm.postgres.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockMessageTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:01Z");

    @Test
    void a_wait_tells_holders_and_queue() {
        assertThat(parse(
                        "process 34 still waiting for ShareLock on transaction 733 after 1001.123 ms",
                        "Processes holding the lock: 1, 2. Wait queue: 34, 35."))
                .contains(new LockMessage(
                        Event.WAITING,
                        TIME,
                        34,
                        "ShareLock",
                        new LockTarget("transaction 733", Kind.TRANSACTION, null),
                        Duration.ofNanos(1_001_123_000),
                        new LockQueue(List.of(1, 2), List.of(34, 35))));
    }

    @Test
    void lists_may_be_empty_and_a_cut_detail_is_none() {
        String message = "process 34 still waiting for ShareLock on transaction 733 after 1.000 ms";

        assertThat(parse(message, "Processes holding the lock: . Wait queue: .")
                        .orElseThrow()
                        .queue())
                .isEqualTo(new LockQueue(List.of(), List.of()));
        assertThat(parse(message, "Process holding the lock: 12").orElseThrow().queue())
                .isNull();
        assertThat(parse(message, null).orElseThrow().queue()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process 3 acquired ShareLock on transaction 7 after 0.001 ms | ACQUIRED",
                "process 3 still waiting for ShareLock on transaction 7 after 0.001 ms | WAITING",
                "process 3 avoided deadlock for ShareLock on transaction 7 by rearranging queue order after 1.0 ms |",
                "process 3 avoided deadlock for ShareLock on transaction 7 by rearranging queue order after 1.000 ms | WAITING",
                "process 3 detected deadlock while waiting for ShareLock on transaction 7 after 1.000 ms | FAILED",
                "process 3 failed to acquire ShareLock on transaction 7 after 1.000 ms | FAILED",
                "process 3 released ShareLock on transaction 7 after 1.000 ms |",
                "process x acquired ShareLock on transaction 7 after 1.000 ms |",
            })
    void events(String message, @Nullable Event event) {
        assertThat(parse(message, null).map(LockMessage::event)).isEqualTo(Optional.ofNullable(event));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "relation 16385 of database 5 | RELATION | 16385 | relation 16385",
                "extension of relation 16385 of database 5 | OTHER | 16385 | extension of relation 16385",
                "page 3 of relation 16385 of database 5 | OTHER | 16385 | page 3 of relation 16385",
                "tuple (0,12) of relation 4294967295 of database 5 | TUPLE | 4294967295 | tuple (0,12) of relation 4294967295",
                "transaction 733 | TRANSACTION | | transaction 733",
                "virtual transaction 4/17 | TRANSACTION | | virtual transaction 4/17",
                "speculative token 1 of transaction 733 | OTHER | | speculative token 1 of transaction 733",
                "object 0 of class 1262 of database 0 | OTHER | | object 0 of class 1262",
                "user lock [5,1,2] | OTHER | | user lock [5,1,2]",
                "advisory lock [5,0,42,1] | OTHER | | advisory lock [5,0,42,1]",
                "remote transaction 5 of subscription 6 of database 7 | OTHER | | remote transaction 5 of subscription 6",
                "unrecognized locktag type 99 | OTHER | | unrecognized locktag type 99",
            })
    void targets(String description, Kind kind, @Nullable Long relation, String label) {
        LockTarget target = parse("process 3 acquired ShareLock on " + description + " after 1.000 ms", null)
                .orElseThrow()
                .target();

        assertThat(target).isEqualTo(new LockTarget(description, kind, relation));
        assertThat(target.label()).isEqualTo(label);
    }

    private static Optional<LockMessage> parse(String message, @Nullable String detail) {
        return LockMessage.parse(new LogEntry(TIME, 3, "zdm", null, "LOG", null, message, detail, null));
    }
}
