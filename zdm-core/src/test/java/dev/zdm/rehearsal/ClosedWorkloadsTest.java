package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Every instance that a rehearsal makes of a workload is closed by the end, in both passes. */
class ClosedWorkloadsTest {
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final AtomicInteger OPEN = new AtomicInteger();

    @Test
    void workloads_that_can_be_closed_are_closed() {
        RehearsalPlan plan = RehearsalPlan.named(
                        "a column",
                        Baseline.ofSql(
                                        "create table item (id bigint primary key, name text not null)",
                                        "insert into item select g, 'a' from generate_series(1, 50) g")
                                .withRows(50))
                .withVersions(ApplicationVersion.of(Reader.class), ApplicationVersion.of(Reader.class))
                .withPhase(Phase.of("expand", Change.statements("alter table item add column size int"))
                        .withRollback(Change.statements("alter table item drop column size"))
                        .withTraffic(100, 50));

        assertThat(Rehearsal.run(plan, TestServer.get()).verdict().isPassed()).isTrue();
        assertThat(MADE).hasValueGreaterThan(4);
        assertThat(OPEN).hasValue(0);
    }

    /** An application that holds something. */
    static final class Reader implements AutoCloseable {
        private final DataSource database;

        Reader(DataSource database) {
            this.database = database;
            MADE.incrementAndGet();
            OPEN.incrementAndGet();
        }

        @Operation
        void read(Keys keys) throws SQLException {
            name(keys.any());
        }

        @ReadBack
        String name(long id) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement("select name from item where id = ?")) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getString(1);
                }
            }
        }

        @Override
        public void close() {
            OPEN.decrementAndGet();
        }
    }
}
