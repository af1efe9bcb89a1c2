package dev.zdm.sample.quickstart;

import static dev.zdm.assertions.ZdmAssertions.assertThat;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.verdict.RehearsalResult;
import org.junit.jupiter.api.Test;

class SqlAloneTest {
    @Test
    void an_index_is_built_without_stopping_writers() {
        RehearsalPlan plan = RehearsalPlan.named(
                        "index on kind",
                        Baseline.ofSql(
                                "create table item (id bigint primary key, kind int not null)",
                                "insert into item select g, g % 100 from generate_series(1, 50000) g"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of(
                                "move", "update item set kind = 7 where id = 1 + (random() * 49999)::int")),
                        ApplicationVersion.ofSql(SqlOperation.of("count", "select count(*) from item where kind = 7")))
                .withPhase(Phase.of("index", Change.eachOnItsOwn("create index concurrently on item (kind)"))
                        .withTraffic(100, 50));

        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            RehearsalResult result = Rehearsal.run(plan, server);

            assertThat(result).isZeroDowntime();
        }
    }
}
