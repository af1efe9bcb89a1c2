package dev.zdm.sample.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.zdm.junit.ZeroDowntimeViolation;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Every bad migration is red for its own reason in its own words, and its safe rewrite is green. */
@Tag("measured")
@Tag("alone")
class GalleryTest {
    @Test
    void a_volatile_default_rewrites_the_table() {
        assertThat(red(VolatileDefaultTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'expand' is NOT zero-downtime: 1 finding\n",
                        "1. table rewrite · customer ",
                        "[table-rewrite]\n",
                        "expected : no table that the application uses is rewritten\n",
                        "found    : all ",
                        " rows of customer written to a new file under ACCESS EXCLUSIVE\n",
                        "caused by: statement:1  alter table customer add column token uuid not null"
                                + " default gen_random_uuid()\n",
                        "do       : add the column without a default, set the default, backfill in batches");
    }

    @Test
    void a_dropped_column_is_missed_by_the_old_release() {
        assertThat(red(DroppedColumnTestCase.Bad.class))
                .startsWith("Phase 'contract' is NOT zero-downtime: 4 findings\n")
                .contains(
                        "error · operation 'find' (old version) ",
                        "error · operation 'search' (old version) ",
                        "error · operation 'rename' (old version) ",
                        "error · operation 'register' (old version) ")
                .containsSubsequence(
                        "[old-app-error]\n",
                        "expected : no operation fails\n",
                        " with SQLSTATE 42703 ",
                        "caused by: V3__drop_full_name.sql:15  alter table customer drop column full_name\n",
                        "do       : expand first, contract last: first a release that does without it;",
                        "see      : docs/hazards.md#drop-column, "
                                + "https://www.postgresql.org/docs/current/sql-altertable.html\n")
                .doesNotContain("[new-app-error]");
    }

    @Test
    void a_renamed_column_is_missed_by_the_old_release() {
        assertThat(red(RenamedColumnTestCase.Bad.class))
                .startsWith("Phase 'expand' is NOT zero-downtime: 4 findings\n")
                .contains("ERROR: column customer.full_name does not exist")
                .containsSubsequence(
                        "[old-app-error]\n",
                        "expected : no operation fails\n",
                        " with SQLSTATE 42703 ",
                        "caused by: statement:1  alter table customer rename column full_name to name\n");
    }

    @Test
    void a_prepared_select_star_breaks_when_a_column_is_added() {
        assertThat(red(SelectStarTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'expand' is NOT zero-downtime: 1 finding\n",
                        "1. error · operation 'find' (old version) ",
                        "[cached-plan]\n",
                        "expected : no operation fails\n",
                        " with SQLSTATE 0A000 (and succeeded ",
                        "SQL [select * from customer where id = ?]; ERROR: cached plan must not change result type\n",
                        "caused by: V2__split_full_name.sql:",
                        "do       : name the columns instead of SELECT * or RETURNING *,"
                                + " or renew the sessions before the change\n");
    }

    @Test
    void a_column_that_must_be_filled_stops_the_inserts_of_the_old_release() {
        assertThat(red(NotNullTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'expand' is NOT zero-downtime: 1 finding\n",
                        "1. error · operation 'register' (old version) ",
                        "[old-app-error]\n",
                        "expected : no operation fails\n",
                        " with SQLSTATE 23502 (every time since): ",
                        "null value in column \"country\" of relation \"customer\" violates not-null constraint",
                        "caused by: statement:2  alter table customer alter column country drop default\n");
    }

    @Test
    void an_index_that_is_not_built_concurrently_stops_all_writes() {
        assertThat(red(CreateIndexTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'expand' is NOT zero-downtime: 1 finding\n",
                        "1. writers blocked · customer ",
                        "[write-block]\n",
                        "expected : no work that grows with a table while a lock stops the application\n",
                        " rows of customer read while customer was locked SHARE\n",
                        "caused by: statement:1  create index customer_full_name on customer (full_name)\n",
                        "do       : CREATE INDEX CONCURRENTLY");
    }

    @Test
    void a_backfill_in_one_go_keeps_every_row_locked() {
        assertThat(red(BackfillInOneGoTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'backfill' is NOT zero-downtime: 1 finding\n",
                        "1. writers blocked · customer ",
                        "[write-block]\n",
                        " locked in one transaction, until its end\n",
                        "caused by: statement:1  update customer set first_name = ");
    }

    @Test
    void a_backfill_of_what_was_read_before_overwrites_newer_values() {
        assertThat(red(StaleBackfillTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'backfill' is NOT zero-downtime: 2 findings\n",
                        "1. data drift · invariant 'NAMES_AGREE' ",
                        "[data-drift]\n",
                        "expected : the query returns no row: select id from customer where full_name is distinct from"
                                + " concat_ws(' ', first_name, last_name)\n",
                        ", the first: id=",
                        "caused by: backfill of customer in batches of 100:",
                        "do       : make the trigger that keeps both in step first,"
                                + " then backfill only rows that are not filled yet\n",
                        "2. backfill · overwrites newer values ",
                        "[backfill]\n",
                        "expected : what others write while it runs is still there at its end\n",
                        "found    : customer.first_name of the row with id = '",
                        "', although somebody had written '",
                        "do       : read and write in one statement that writes only rows which are not filled yet");
    }

    @Test
    void a_check_that_is_quick_here_stops_a_large_production() {
        assertThat(red(ProductionSizeTestCase.Bad.class))
                .containsSubsequence(
                        "Phase 'expand' is NOT zero-downtime: 1 finding\n",
                        "1. readers and writers blocked · customer ",
                        "[access-exclusive-scan]\n",
                        " rows of customer read while customer was locked ACCESS EXCLUSIVE, held for ",
                        " ms; at 40 000 000 rows a",
                        "caused by: statement:1  alter table customer add constraint named check (full_name <> '')\n",
                        "growth   : statement:1 is linear, 1 row of work for each of customer: locked for ");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                VolatileDefaultTestCase.Good.class,
                DroppedColumnTestCase.Good.class,
                RenamedColumnTestCase.Good.class,
                SelectStarTestCase.Good.class,
                NotNullTestCase.Good.class,
                ProductionSizeTestCase.Good.class,
                CreateIndexTestCase.Good.class,
                BackfillInOneGoTestCase.Good.class,
                StaleBackfillTestCase.Good.class
            })
    void the_safe_rewrite_is_green(Class<?> good) {
        assertThat(failures(good)).isEmpty();
    }

    /** Runs a rehearsal of which one phase must be red, and returns what that phase says. */
    private static String red(Class<?> bad) {
        List<Throwable> failures = failures(bad);
        assertThat(failures).singleElement().isInstanceOf(ZeroDowntimeViolation.class);
        return failures.get(0).getMessage();
    }

    private static List<Throwable> failures(Class<?> rehearsal) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(rehearsal))
                .execute()
                .allEvents()
                .failed()
                .stream()
                .map(GalleryTest::failure)
                .toList();
    }

    private static Throwable failure(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }
}
