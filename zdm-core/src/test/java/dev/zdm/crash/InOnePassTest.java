package dev.zdm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.CrashHistory.Crash;
import dev.zdm.observation.CrashHistory.Moment;
import dev.zdm.postgres.SqlStatement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a backfill is stopped. */
class InOnePassTest {
    private static List<Stop> stops(int batches) {
        return InOnePass.stops(IntStream.rangeClosed(1, batches)
                .mapToObj(number -> new Step(number, new SqlStatement("update", "backfill", number)))
                .toList());
    }

    private static String described(Stop stop) {
        return stop.point().moment().label() + " " + stop.point().step().number() + " " + stop.crash();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 50})
    void eachBatchIsStopped(int batches) {
        assertThat(stops(batches).stream().map(stop -> stop.point().step().number()))
                .containsOnlyElementsOf(
                        IntStream.rangeClosed(1, batches).boxed().toList())
                .isSorted();
    }

    @Test
    void ofVeryManyBatchesFiftyPlacesAreStopped() {
        Set<Integer> batches =
                stops(10_000).stream().map(stop -> stop.point().step().number()).collect(Collectors.toSet());

        assertThat(batches).hasSizeBetween(50, 60).contains(1, 2, 5001, 10_000);
    }

    @Test
    void aBatchThatIsCommittedDoesNotComeAgain() {
        Set<Integer> committed = new HashSet<>();
        for (Stop stop : stops(801)) {
            int batch = stop.point().step().number();
            assertThat(committed).as(described(stop)).doesNotContain(batch);
            if (stop.point().moment() == Moment.AFTER
                    || stop.point().moment() == Moment.DURING && stop.crash() == Crash.CLIENT_GONE) {
                committed.add(batch);
            }
        }
    }

    @Test
    void eachMomentComesWithEachCrashAlsoWhereThereAreFew() {
        assertThat(stops(5).stream().map(stop -> stop.point().moment() + " " + stop.crash()))
                .contains(
                        "BEFORE BACKEND_TERMINATED",
                        "BEFORE CLIENT_GONE",
                        "BEFORE SERVER_STOPPED",
                        "DURING BACKEND_TERMINATED",
                        "DURING CLIENT_GONE",
                        "DURING SERVER_STOPPED",
                        "AFTER BACKEND_TERMINATED",
                        "AFTER CLIENT_GONE",
                        "AFTER SERVER_STOPPED");
    }

    @Test
    void itIsTheSameEachTime() {
        assertThat(stops(801))
                .extracting(InOnePassTest::described)
                .isEqualTo(stops(801).stream().map(InOnePassTest::described).toList());
    }
}
