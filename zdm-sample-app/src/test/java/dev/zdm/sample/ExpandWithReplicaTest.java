package dev.zdm.sample;

import static dev.zdm.assertions.ZdmAssertions.assertThat;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.WithReplica;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.workload.Keys;
import dev.zdm.workload.OnReplica;
import dev.zdm.workload.Operation;
import javax.sql.DataSource;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;

/** Rehearses the first step with a replica that the application reads, as docs/replica.md shows. */
@Tag("measured")
@Tag("alone")
@OverRelease1
@ZeroDowntimeMigration(
        from = "1",
        to = "2",
        oldVersion = ExpandWithReplicaTest.Readers.class,
        newVersion = ExpandWithReplicaTest.Readers.class,
        seed = "db/seed.sql",
        rows = 2000)
@WithReplica(lagMillis = 10_000)
class ExpandWithReplicaTest {
    @Phase("expand")
    @Migrate(to = "2")
    void adds_columns_and_dual_write_trigger(PhaseResult result) {
        assertThat(result).hasNoErrors();
        Assertions.assertThat(result.history().replica().lags()).isNotEmpty();
    }

    static final class Readers {
        private final CustomerRepository customers;

        Readers(DataSource database) {
            this.customers = new CustomerRepository(database);
        }

        @Operation
        @OnReplica
        void find(Keys keys) {
            customers.find(keys.any());
        }

        @Operation
        void rename(Keys keys) {
            customers.rename(keys.own(), Names.any());
        }
    }
}
