package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.HttpOperation;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Service;
import dev.zdm.report.TextReport;
import dev.zdm.service.ItemImage;
import dev.zdm.service.ItemService;
import dev.zdm.service.ServiceException;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.HttpApi;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rehearsals of versions that run as processes behind HTTP. */
@Tag("measured")
class ServiceRehearsalTest {
    private static final int ROWS = 60;

    @Test
    void a_roll_out_of_services_is_green_and_their_writes_are_read_back() {
        RehearsalResult result = Rehearsal.run(
                plan(ItemService.on("name"), ItemService.on("name"))
                        .withPhase(Phase.of("expand", Change.statements("alter table item add column size int"))
                                .withTraffic(100, 50)),
                TestServer.get());

        String report = TextReport.of(result);
        assertThat(result.verdict().isPassed()).as(report).isTrue();
        assertThat(report)
                .containsPattern("writes   : \\d+ read-backs of \\d+ keys: all \\d+ acknowledged writes were there")
                .contains("old and new read the same of 60 keys")
                .contains("a service reads over sessions of its own");
    }

    @Test
    void what_the_server_tells_a_service_is_told_with_the_statement_to_blame() {
        RehearsalResult result = Rehearsal.run(
                plan(ItemService.on("name"), ItemService.on("title"))
                        .withPhase(
                                Phase.of("rename", Change.statements("alter table item rename column name to title"))),
                TestServer.get());

        assertThat(TextReport.of(result))
                .contains("operation 'find' (old version)")
                .contains("42703")
                .contains("column \"name\" does not exist")
                .contains("HTTP 500 for GET /items/")
                .contains("could not serve /items/")
                .contains("caused by: statement:1  alter table item rename column name to title")
                // It fails for the same reason as the operation does.
                .doesNotContain("@ReadBack name");
    }

    @Test
    void a_service_that_waits_for_the_migration_is_an_application_version() {
        RehearsalResult result = Rehearsal.run(
                plan(ItemService.on("name"), ItemService.on("name"))
                        .withPhase(Phase.of(
                                "slow",
                                Change.statements("lock table item in access exclusive mode", "select pg_sleep(0.6)"))),
                TestServer.get());

        assertThat(TextReport.of(result))
                .contains("old version")
                .contains("caused by: statement:1  lock table item in access exclusive mode")
                .contains("[lock-wait]");
    }

    /** Each is a container of its own on each state of the schema, and all of them are gone at the end. */
    @Test
    void a_roll_out_of_containers_is_green_and_a_rename_under_them_is_red() {
        try (ItemImage image = ItemImage.build()) {
            RehearsalResult safe = Rehearsal.run(
                    plan(image.service("name"), image.service("name"))
                            .withPhase(Phase.of("expand", Change.statements("alter table item add column size int"))
                                    .withTraffic(100, 50)),
                    TestServer.get());
            RehearsalResult broken = Rehearsal.run(
                    plan(image.service("name"), image.service("title"))
                            .withPhase(Phase.of(
                                    "rename", Change.statements("alter table item rename column name to title"))),
                    TestServer.get());

            assertThat(safe.verdict().isPassed()).as(TextReport.of(safe)).isTrue();
            assertThat(TextReport.of(safe))
                    .containsPattern("writes   : \\d+ read-backs of \\d+ keys: all \\d+ acknowledged writes were there")
                    .contains("old and new read the same of 60 keys");
            assertThat(TextReport.of(broken))
                    .contains("operation 'find' (old version)")
                    .contains("42703")
                    .contains("column \"name\" does not exist")
                    .contains("HTTP 500 for GET /items/")
                    .contains("could not serve /items/")
                    .contains("caused by: statement:1  alter table item rename column name to title");
            assertThat(image.containers()).isEmpty();
        }
    }

    @Test
    void requests_alone_make_a_version() {
        ApplicationVersion requests = ApplicationVersion.ofService(
                ItemService.on("name"),
                HttpOperation.get("find", "/items/{any}").withWeight(3),
                new HttpOperation("rename", "PUT", "/items/{own}", "text/plain", "{unique}", 1));
        RehearsalResult result = Rehearsal.run(
                RehearsalPlan.named("requests", baseline())
                        .withVersions(requests, ApplicationVersion.absent())
                        .withPhase(Phase.of("expand", Change.statements("alter table item add column size int"))),
                TestServer.get());

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
    }

    @Test
    void a_service_that_does_not_start_is_one_clear_error() {
        RehearsalPlan plan = plan(Service.process("false"), ItemService.on("name"))
                .withPhase(Phase.of("expand", Change.statements("alter table item add column size int")));

        assertThatThrownBy(() -> Rehearsal.run(plan, TestServer.get()))
                .isInstanceOf(ServiceException.class)
                .hasMessageStartingWith("A service is not ready: [false]")
                .hasMessageContaining("it ended with exit code 1; it printed nothing");
    }

    @Test
    void a_workload_for_a_database_is_refused_for_a_service() {
        RehearsalPlan plan = RehearsalPlan.named("wrong", baseline())
                .withVersions(
                        ApplicationVersion.ofService(ItemService.on("name"), OverJdbc.class),
                        ApplicationVersion.absent())
                .withPhase(Phase.of("expand", Change.statements("alter table item add column size int")));

        assertThatThrownBy(() -> Rehearsal.resolve(plan))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("needs a constructor that takes a dev.zdm.workload.HttpApi, for its version is a "
                        + "service, found");
    }

    private static RehearsalPlan plan(Service older, Service newer) {
        return RehearsalPlan.named("services", baseline())
                .withVersions(
                        ApplicationVersion.ofService(older, Items.class),
                        ApplicationVersion.ofService(newer, Items.class));
    }

    private static Baseline baseline() {
        return Baseline.ofSql(
                        "create table item (id bigint primary key, name text)",
                        "insert into item select g, 'item ' || g from generate_series(1, 60) g")
                .withRows(ROWS);
    }

    /** What clients of the service do all day. */
    static final class Items {
        private final HttpApi items;

        Items(HttpApi items) {
            this.items = items;
        }

        @Operation(weight = 3)
        void find(Keys keys) throws IOException, InterruptedException {
            items.get("/items/" + keys.any());
        }

        @Operation
        void rename(Keys keys, Ledger ledger) throws IOException, InterruptedException {
            long id = keys.own();
            String name = ledger.newValue(id);
            items.send("PUT", "/items/" + id, "text/plain", name);
            ledger.acknowledge(id, name);
        }

        @ReadBack
        String name(long id) throws IOException, InterruptedException {
            return items.get("/items/" + id);
        }
    }

    /** Expects a database. */
    static final class OverJdbc {
        OverJdbc(DataSource database) {}

        @Operation
        void find() {}
    }
}
