package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Kind;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Growth as it is measured on a real server. */
class GrowthTest {
    private static final List<String> ITEMS = List.of(
            "create table kind (id int primary key)",
            "insert into kind select g from generate_series(0, 99) g",
            "create table item (id bigint primary key, kind int not null, label text)",
            "insert into item select g, g % 100, 'label ' || g from generate_series(1, 16000) g",
            "alter table item add constraint labelled check (label is not null)",
            "create table bare (id bigint primary key, kind int not null, label text)",
            "insert into bare select g, g % 100, 'label ' || g from generate_series(1, 16000) g",
            "alter table bare add constraint kind_fk foreign key (kind) references kind (id) not valid");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table bare add column note text                            | CONSTANT | 0",
                "alter table bare add column state int not null default 1         | CONSTANT | 0",
                "alter table item alter column label set not null                 | CONSTANT | 0",
                "alter table bare add constraint c check (kind >= 0) not valid    | CONSTANT | 0",
                "alter table bare alter column label set not null                 | LINEAR   | 1",
                "alter table item add foreign key (kind) references kind (id)     | LINEAR   | 1",
                "create index on bare (label)                                     | LINEAR   | 1",
                "alter table bare add column token uuid default gen_random_uuid() | LINEAR   | 2",
                "alter table bare alter column kind type bigint                   | LINEAR   | 2",
                "update bare set label = 'x'                                      | LINEAR   | 2",
            })
    void kindAndWorkPerRowAreCounted(String ddl, Kind kind, double workPerRow) throws SQLException {
        Inspected inspected = inspect(ITEMS, Change.eachOnItsOwn(ddl), "item", "bare");

        assertThat(inspected.failure()).isNull();
        Growth growth = inspected.growth().get(0);
        assertThat(growth.kind()).isEqualTo(kind);
        assertThat(growth.workPerRow()).isEqualTo(workPerRow);
    }

    private static Inspected inspect(List<String> baseline, Change change, String... tables) throws SQLException {
        RehearsalPlan plan = RehearsalPlan.named("growth", Baseline.ofSql(baseline.toArray(String[]::new)))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "work",
                                "update item set label = 'y' where id = 1",
                                "update bare set label = 'y' where id = 1")),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("change", change));
        for (String table : tables) {
            plan = plan.withProductionSize(table, 1_000_000);
        }
        try (Inspection inspection = new Inspection(plan, fresh(baseline))) {
            return inspection.inspect(0);
        }
    }

    private static Database fresh(List<String> baseline) {
        return TestServer.get().fresh(baseline, empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                for (String sql : baseline) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
