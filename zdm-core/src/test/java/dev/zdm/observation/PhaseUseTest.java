package dev.zdm.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Footprint.SeenFrom;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhaseUseTest {
    private static final RelationUse FIRST = use("customer");
    private static final RelationUse MEANWHILE = use("customer", "attached");
    private static final PhaseUse USE = new PhaseUse(FIRST, MEANWHILE, use("customer", "attached", "later"));

    private static RelationUse use(String... tables) {
        Set<Relation> used = new HashSet<>();
        for (String table : tables) {
            used.add(new Relation("public", table));
        }
        return new RelationUse(used, Set.of());
    }

    private static Footprint footprint(int transaction, SeenFrom seenFrom) {
        return new Footprint(
                new SqlStatement("alter table customer add column x int", "statement", 1),
                transaction,
                seenFrom,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0,
                Duration.ZERO,
                Duration.ZERO);
    }

    @Test
    void theFirstTransactionGivesNobodyATableBeforeItEnds() {
        assertThat(USE.during(footprint(1, SeenFrom.INSIDE))).isEqualTo(FIRST);
        assertThat(USE.during(footprint(1, SeenFrom.ONE_OF_MANY))).isEqualTo(FIRST);
    }

    @Test
    void laterOnesMayLockWhatEarlierOnesGave() {
        assertThat(USE.during(footprint(2, SeenFrom.INSIDE))).isEqualTo(MEANWHILE);
        assertThat(USE.during(footprint(1, SeenFrom.OUTSIDE))).isEqualTo(MEANWHILE); // It commits by itself.
    }
}
