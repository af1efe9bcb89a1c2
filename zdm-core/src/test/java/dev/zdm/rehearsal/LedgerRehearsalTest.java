package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Both versions write the same rows in turn, each to its own column. */
class LedgerRehearsalTest {
    private static final String TABLE = "create table person (id bigint primary key, name text, full_name text)";
    private static final String ROWS =
            "insert into person select g, 'p' || g, 'p' || g from generate_series(1, :rows) g";
    private static final String FUNCTION = """
            create function mirror() returns trigger language plpgsql as $$
            begin
                if new.name is distinct from old.name then
                    new.full_name := new.name;
                else
                    new.name := new.full_name;
                end if;
                return new;
            end $$
            """;
    private static final String TRIGGER =
            "create trigger mirror before update on person for each row execute function mirror()";

    private static final String TRIMMING = FUNCTION.replace(":= new.name", ":= trim(new.name)");

    private static final String MISTAKE =
            "@ReadBack(column = \"person.nam\") MistakenShop.name: expected a column that can"
                    + " be written when the version gets its first traffic, found person with id, name, full_name; correct the"
                    + " name, or leave the column out";

    private static RehearsalResult rollOut(Class<?> newVersion, String... statements) {
        return rollOut(OldShop.class, newVersion, statements);
    }

    private static RehearsalResult rollOut(Class<?> oldVersion, Class<?> newVersion, String... statements) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "people", Baseline.ofSql(statements).withRows(2000))
                .withVersions(ApplicationVersion.of(oldVersion), ApplicationVersion.of(newVersion))
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(300), Duration.ofSeconds(20)))
                .withPhase(Phase.of("roll out", Change.none()).withTraffic(50)); // Nobody has written yet: they agree.
        return Rehearsal.run(plan, TestServer.get());
    }

    @Test
    void withADualWriteTriggerEveryWriteIsThere() {
        RehearsalResult result = rollOut(NewShop.class, TABLE, ROWS, FUNCTION, TRIGGER);

        assertThat(result.verdict()).as(TextReport.of(result)).isEqualTo(new Verdict.Passed());
        LedgerHistory ledger = result.phases().get(0).history().ledger();
        assertThat(ledger.readBacks()).isPositive();
        assertThat(ledger.drainedReadBacks()).as("by both versions").isEqualTo(2 * ledger.keys());
        assertThat(ledger.acknowledged()).isPositive();
        assertThat(TextReport.of(result)).contains(" acknowledged writes were there");
    }

    @Test
    void withoutOneTheVersionsDiffer() {
        RehearsalResult result = rollOut(NewShop.class, TABLE, ROWS);

        assertThat(result.verdict().findings())
                .as(TextReport.of(result))
                .isNotEmpty()
                .allMatch(finding -> finding.hazard() == Hazard.DATA_DRIFT);
        assertThat(TextReport.of(result))
                .contains("versions differ · 'name' of key ")
                .contains("expected : both versions read the same");
    }

    @Test
    void valuesOfTheColumnShowATriggerThatTrims() {
        RehearsalResult plain = rollOut(NewShop.class, TABLE, ROWS, TRIMMING, TRIGGER);
        assertThat(plain.verdict()).as(TextReport.of(plain)).isEqualTo(new Verdict.Passed());

        RehearsalResult awkward = rollOut(AwkwardShop.class, NewShop.class, TABLE, ROWS, TRIMMING, TRIGGER);
        assertThat(awkward.verdict().findings())
                .as(TextReport.of(awkward))
                .isNotEmpty()
                .allMatch(finding -> finding.hazard() == Hazard.DATA_DRIFT);
        assertThat(TextReport.of(awkward))
                .contains("versions differ · 'name' of key ")
                .contains("operation 'rename' (old version) wrote it last");

        RehearsalResult right = rollOut(AwkwardShop.class, NewShop.class, TABLE, ROWS, FUNCTION, TRIGGER);
        assertThat(right.verdict()).as(TextReport.of(right)).isEqualTo(new Verdict.Passed());
    }

    @Test
    void aColumnThatIsNotThereStopsTheRehearsal() {
        assertThatThrownBy(() -> rollOut(MistakenShop.class, NewShop.class, TABLE, ROWS))
                .isInstanceOf(PlanException.class)
                .hasMessage(MISTAKE);
    }

    @Test
    void oneThatTheNewVersionMissesStopsItWhenThatGetsTraffic() {
        assertThatThrownBy(() -> rollOut(OldShop.class, MistakenShop.class, TABLE, ROWS))
                .isInstanceOf(PlanException.class)
                .hasMessage(MISTAKE);
    }

    @Test
    void aReadBackThatThrowsVerifiesNothing() {
        RehearsalResult result = rollOut(BrokenShop.class, TABLE, ROWS, FUNCTION, TRIGGER);

        assertThat(result.verdict().findings()).as(TextReport.of(result)).isEmpty();
        assertThat(result.verdict().doubts()).hasAtLeastOneElementOfType(Doubt.ReadBackFailed.class);
        assertThat(TextReport.of(result))
                .contains("'@ReadBack name' (new version) failed every time")
                .contains("UnsupportedOperationException: not yet");
    }

    /** Finds and renames people, whose name is in a column. */
    abstract static class Shop {
        private final DataSource database;
        private final String column;

        Shop(DataSource database, String column) {
            this.database = database;
            this.column = column;
        }

        @ReadBack
        Optional<String> name(long key) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement query =
                            connection.prepareStatement("select " + column + " from person where id = ?")) {
                query.setLong(1, key);
                try (ResultSet rows = query.executeQuery()) {
                    return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
                }
            }
        }

        @Operation(weight = 3)
        void find(Keys keys) throws SQLException {
            assertThat(name(keys.any())).isPresent();
        }

        @Operation
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            try (Connection connection = database.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("update person set " + column + " = ? where id = ?")) {
                update.setString(1, name);
                update.setLong(2, key);
                update.executeUpdate();
            }
            ledger.acknowledge(key, name);
        }
    }

    static final class OldShop extends Shop {
        OldShop(DataSource database) {
            super(database, "name");
        }
    }

    static final class NewShop extends Shop {
        NewShop(DataSource database) {
            super(database, "full_name");
        }
    }

    /** Says where the name is kept. */
    static final class AwkwardShop extends Shop {
        AwkwardShop(DataSource database) {
            super(database, "name");
        }

        @Override
        @ReadBack(column = "person.name")
        Optional<String> name(long key) throws SQLException {
            return super.name(key);
        }
    }

    /** Says it wrongly. */
    static final class MistakenShop extends Shop {
        MistakenShop(DataSource database) {
            super(database, "name");
        }

        @Override
        @ReadBack(column = "person.nam")
        Optional<String> name(long key) throws SQLException {
            return super.name(key);
        }
    }

    /** Cannot read, and so finds nobody either. */
    static final class BrokenShop extends Shop {
        BrokenShop(DataSource database) {
            super(database, "full_name");
        }

        @Override
        @ReadBack
        Optional<String> name(long key) {
            throw new UnsupportedOperationException("not yet");
        }

        @Override
        @Operation
        void find(Keys keys) {
            assertThat(keys.any()).isPositive();
        }
    }
}
