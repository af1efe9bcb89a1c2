package dev.zdm.sample;

import static dev.zdm.assertions.ZdmAssertions.assertThat;
import static java.time.Duration.ofMillis;

import dev.zdm.junit.Invariant;
import dev.zdm.junit.Migrate;
import dev.zdm.junit.OldRelease;
import dev.zdm.junit.Phase;
import dev.zdm.junit.Rollback;
import dev.zdm.junit.Traffic;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.verdict.PhaseResult;
import org.junit.jupiter.api.Tag;

/** Rehearses the move from one name to two while both releases work. */
@Tag("measured")
@Tag("alone")
@OldRelease(path = "../zdm-sample-release-1/target/release/*")
@ZeroDowntimeMigration(
        from = "1",
        oldVersion = Customers.class,
        newVersion = Customers.class,
        seed = "db/seed.sql",
        rows = 200_000,
        demands = {Demand.REVERSIBLE, Demand.RETRYABLE, Demand.PATIENT})
class SplitFullNameTest {
    @Invariant(from = "backfill", until = "roll out")
    static final String NAMES_AGREE =
            "select id from customer where full_name is distinct from concat_ws(' ', first_name, last_name)";

    @Phase("expand")
    @Migrate(to = "2")
    @Rollback("db/rollback/U2.sql")
    void adds_columns_and_dual_write_trigger() {}

    @Phase("backfill")
    @Migrate(method = "names_in_batches")
    void fills_in_batches() {}

    @Phase("roll out")
    @Traffic({100, 90, 50, 0})
    void shifts_traffic_to_the_new_release() {}

    @Phase("contract")
    @Migrate(to = "3")
    @Rollback(value = "db/rollback/U3.sql", transactional = false)
    void drops_full_name(PhaseResult result) {
        assertThat(result).hasNoErrors().hasNoLockWaitLongerThan(ofMillis(100));
    }

    static Change names_in_batches() {
        return Backfill.over("customer", "id", NameBackfill.BATCH).inBatchesOf(NameBackfill.BATCH_SIZE);
    }
}
