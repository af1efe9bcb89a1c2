package dev.zdm.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockModeTest {
    /** The table of the manual, one row per requested mode, in the order of the enum: X = conflict. */
    private static final List<String> MANUAL =
            List.of(".......X", "......XX", "....XXXX", "...XXXXX", "..XX.XXX", "..XXXXXX", ".XXXXXXX", "XXXXXXXX");

    @Test
    void conflictsAreThoseOfTheManual() {
        for (LockMode asked : LockMode.values()) {
            StringBuilder row = new StringBuilder();
            for (LockMode held : LockMode.values()) {
                row.append(asked.conflictsWith(held) ? 'X' : '.');
            }
            assertThat(row)
                    .as(asked.name())
                    .hasToString(MANUAL.get(Arrays.asList(LockMode.values()).indexOf(asked)));
        }
    }

    @Test
    void namesAreThoseOfTheCatalogueAndTheManual() {
        assertThat(LockMode.ofCatalogName("ShareRowExclusiveLock")).contains(LockMode.SHARE_ROW_EXCLUSIVE);
        assertThat(LockMode.ofCatalogName("SIReadLock")).isEmpty();
        assertThat(LockMode.SHARE_UPDATE_EXCLUSIVE.sqlName()).isEqualTo("SHARE UPDATE EXCLUSIVE");
    }
}
