package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.zdm.inspection.GrowthModel.Counted;
import dev.zdm.inspection.GrowthModel.Foretold;
import dev.zdm.inspection.GrowthModel.Timed;
import dev.zdm.inspection.GrowthModel.Work;
import dev.zdm.observation.Growth.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GrowthModelTest {
    private static Work work(long... rowsAndWork) {
        return GrowthModel.work(IntStream.range(0, rowsAndWork.length / 2)
                .mapToObj(i -> new Counted(rowsAndWork[2 * i], rowsAndWork[2 * i + 1]))
                .toList());
    }

    private static Foretold linear(double work, Timed... timed) {
        return GrowthModel.time(Kind.LINEAR, Stream.of(timed).toList(), work);
    }

    private static Timed millis(double work, double millis) {
        return new Timed(work, millis * 1e6);
    }

    @Test
    void workThatIsTheSameAtEverySizeIsConstant() {
        assertThat(work(1000, 0, 4000, 0, 16_000, 0).kind()).isEqualTo(Kind.CONSTANT);
        assertThat(work(1000, 500, 4000, 500, 16_000, 500))
                .satisfies(work -> assertThat(work.kind()).isEqualTo(Kind.CONSTANT))
                .satisfies(work -> assertThat(work.at(40_000_000)).isEqualTo(500));
    }

    @Test
    void workThatGrowsAsTheTableIsLinearAlsoBesideConstantWork() {
        assertThat(work(1000, 3000, 4000, 12_000, 16_000, 48_000))
                .satisfies(work -> assertThat(work.kind()).isEqualTo(Kind.LINEAR))
                .satisfies(work -> assertThat(work.perRow()).isEqualTo(3))
                .satisfies(work -> assertThat(work.at(1_000_000)).isEqualTo(3_000_000));
        assertThat(work(1000, 1500, 4000, 4500, 16_000, 16_500).at(1_000_000)).isEqualTo(1_000_500);
        assertThat(work(1000, 40, 4000, 160, 16_000, 640).perRow()).isEqualTo(0.04);
    }

    @Test
    void workThatComparesEveryRowWithEveryOtherGrowsFaster() {
        Work work = work(100, 10_000, 400, 160_000, 1600, 2_560_000);

        assertThat(work.kind()).isEqualTo(Kind.FASTER);
        assertThat(work.at(16_000)).isCloseTo(256_000_000, within(1.0));
    }

    @Test
    void oneSizeAloneIsTakenForTheWorse() {
        assertThat(work(1000, 0).kind()).isEqualTo(Kind.CONSTANT);
        assertThat(work(1000, 1000).kind()).isEqualTo(Kind.LINEAR);
    }

    @Test
    void constantTimeIsTheMeasuredOne() {
        Foretold foretold = GrowthModel.time(Kind.CONSTANT, List.of(millis(0, 1.0), millis(0, 9.0), millis(0, 1.5)), 0);

        assertThat(foretold).isEqualTo(new Foretold(Duration.ofNanos(1_500_000), false));
    }

    @Test
    void linearTimeIsThatOfALine() {
        Foretold foretold = linear(1_000_000, millis(1000, 3), millis(4000, 6), millis(16_000, 18));

        assertThat(foretold.time().toMillis()).isEqualTo(1002);
        assertThat(foretold.atMost()).isFalse();
    }

    @Test
    void aLineNeitherBeginsBelowZeroNorLeadsAboveProportion() {
        Foretold foretold = linear(1_600_000, millis(1000, 0.5), millis(4000, 3.5), millis(16_000, 16));

        assertThat(foretold.time()).isLessThanOrEqualTo(Duration.ofMillis(1600));
    }

    @Test
    void timesThatDoNotDifferGiveABoundOnly() {
        Foretold foretold = linear(160_000, millis(1000, 2.1), millis(4000, 1.9), millis(16_000, 2.2));

        assertThat(foretold).isEqualTo(new Foretold(Duration.ofMillis(22), true));
        assertThat(linear(160_000, millis(16_000, 2.2))).isEqualTo(new Foretold(Duration.ofMillis(22), true));
    }

    @Test
    void aSmallerProductionTakesNoLongerThanTheLargestMeasuredTable() {
        assertThat(linear(2000, millis(1000, 3), millis(4000, 6), millis(16_000, 18))
                        .time())
                .isEqualTo(Duration.ofMillis(4));
        assertThat(linear(2000, millis(16_000, 2)).time()).isEqualTo(Duration.ofMillis(2));
    }
}
