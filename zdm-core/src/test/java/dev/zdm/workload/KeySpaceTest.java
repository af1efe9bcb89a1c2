package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** No key is for two purposes. */
class KeySpaceTest {
    private final LongUnaryOperator random = new SplittableRandom(1)::nextLong;

    @Test
    void everyKeyIsForOnePurpose() {
        KeySpace space = new KeySpace(1_000, 4);
        Set<Long> seen = new HashSet<>();
        for (int pair = 0; pair < 4; pair++) {
            Set<Long> ledger = new HashSet<>();
            Set<Long> plain = new HashSet<>();
            for (int i = 0; i < 5_000; i++) {
                ledger.add(space.ledgerKey(pair, random));
                plain.add(space.plainKey(pair, random));
            }
            int number = pair;
            assertThat(ledger).hasSizeGreaterThan(100).allMatch(key -> space.pair(key) == number);
            assertThat(plain).hasSizeGreaterThan(100).allMatch(key -> space.pair(key) == number);
            assertThat(seen.addAll(ledger)).isTrue();
            assertThat(seen.addAll(plain)).isTrue();
        }
        assertThat(space.sharedKeys().boxed()).hasSize(8).doesNotContainAnyElementsOf(seen);
        assertThat(seen).allMatch(key -> key >= 1 && key <= 1_000);
        assertThat(space.isShared(space.sharedKey(random))).isTrue();
    }

    @Test
    void keysOfTheLedgerAreFewAndLieOverTheWholeTable() {
        KeySpace space = new KeySpace(200_000, 4);
        Set<Long> keys = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            keys.add(space.ledgerKey(0, random));
        }

        assertThat(keys).hasSize(250).contains(1L).anyMatch(key -> key > 199_990);
    }

    @Test
    void tooFewKeysAreTold() {
        assertThatThrownBy(() -> new KeySpace(3, 4).ledgerKey(3, random))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "with 3 rows and 4 workers of each version there are too few keys; give the baseline at least"
                                + " 9 rows");
        assertThat(new KeySpace(8, 4).sharedKeys()).isEmpty();
    }

    @Test
    void anOperationThatOwnsTheOnlyKeyGetsItAgain() {
        WorkerKeys keys = new LedgerBook(1, 3, nanos -> LedgerLab.NOON).keys(0, random);
        keys.begin(true);

        assertThat(keys.own()).isEqualTo(1);
        assertThat(keys.own()).isEqualTo(1);
        assertThat(keys.isOwned(1)).isTrue();
        keys.end();
        assertThat(keys.isOwned(1)).isFalse();
        keys.begin(false);
        assertThat(keys.own()).isEqualTo(2);
    }
}
