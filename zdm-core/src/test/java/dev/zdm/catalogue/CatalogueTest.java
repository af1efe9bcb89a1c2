package dev.zdm.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.StatementRun;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.ChangeFailed;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.Histories;
import dev.zdm.verdict.WorkedUnderLock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which entry explains a finding, and that every entry says all that a reader needs. */
class CatalogueTest {
    private static Finding failed(Hazard hazard, String sqlState, String sql) {
        StatementRun run = new StatementRun(
                new SqlStatement(sql, "V2.sql", 3),
                7,
                Histories.NOON,
                Histories.NOON,
                new StatementRun.Failure(new SqlState(sqlState), "no"));
        return new ChangeFailed(hazard, run);
    }

    @Test
    void everyEntryIsCompleteAndNamedOnce() {
        assertThat(Catalogue.entries()).extracting(CatalogueEntry::id).doesNotHaveDuplicates();
        assertThat(Stream.concat(
                        Catalogue.entries().stream(),
                        Arrays.stream(Hazard.values()).map(Catalogue::of)))
                .allSatisfy(entry -> {
                    assertThat(entry.id()).matches("[a-z]+(-[a-z]+)*");
                    assertThat(List.of(entry.title(), entry.what(), entry.since(), entry.effect(), entry.remedy()))
                            .allSatisfy(text -> assertThat(text).isNotBlank().doesNotEndWith("."));
                    assertThat(entry.manual().toString())
                            .matches("https://www\\.postgresql\\.org/docs/current/[a-z0-9-]+\\.html(#[A-Z0-9-]+)?");
                });
    }

    @Test
    void anEntryDoesNotTakeTheNameOfAKind() {
        List<String> kinds = Arrays.stream(Hazard.values()).map(Hazard::id).toList();

        assertThat(Catalogue.entries()).extracting(CatalogueEntry::id).doesNotContainAnyElementsOf(kinds);
    }

    @ParameterizedTest
    @EnumSource(Hazard.class)
    void aFindingThatNoEntryKnowsIsExplainedByItsKind(Hazard hazard) {
        assertThat(Catalogue.of(hazard).id()).isEqualTo(hazard.id());
        assertThat(Catalogue.of(hazard).remedy()).isEqualTo(hazard.remedy());
    }

    @ParameterizedTest
    @CsvSource({
        "NON_TRANSACTIONAL, 55P04, update job set kind = 'late', enum-value-too-early",
        "NON_TRANSACTIONAL, 25001, drop index concurrently job_kind, concurrently-in-transaction",
        "CHANGE_FAILED, 23505, create unique index on job (kind), data-breaks-constraint",
        "CHANGE_FAILED, XX000, create unique index on job (kind), change-failed",
        "DEADLOCK, 40P01, update job set kind = 'x', update-order-deadlock",
        "DEADLOCK, 40P01, alter table job add column at time, table-order-deadlock"
    })
    void anEntryIsChosenByKindCodeAndCommand(Hazard hazard, String sqlState, String sql, String entry) {
        assertThat(Catalogue.of(failed(hazard, sqlState, sql)).id()).isEqualTo(entry);
    }

    @Test
    void commentsAndLiteralsSayNothingAboutAStatement() {
        SqlStatement statement = new SqlStatement(
                "-- drop table job\nINSERT  INTO log /* truncate */ VALUES ('it''s an update') ", "V2.sql", 1);

        assertThat(Command.text(statement)).isEqualTo("insert into log values ('')");
    }

    @Test
    void workUnderTheLockOfAnotherStatementAddsUp() {
        assertThat(worked("create index on customer (name)", "alter table town add a int"))
                .isEqualTo("locks-add-up");
        assertThat(worked("update customer set a = 1", "lock table customer")).isEqualTo("locks-add-up");
        assertThat(worked("create index on customer (name)", "create index on customer (name)"))
                .isEqualTo("create-index");
        assertThat(worked("create index on parent (name)", "create index on parent (name)"))
                .isEqualTo("create-index-partitioned");
        assertThat(worked("update customer set a = 1", "update customer set a = 1"))
                .isEqualTo("mass-update");
    }

    private static String worked(String sql, String lockedBy) {
        SqlStatement statement = new SqlStatement(sql, "V2.sql", 3);
        Footprint.Work work =
                new Footprint.Work(Histories.CUSTOMER, 200_000, 0, 0, 200_000, 16_000_000, Histories.CUSTOMER, 200_000);
        Footprint footprint = new Footprint(
                statement,
                1,
                Footprint.SeenFrom.INSIDE,
                List.of(),
                List.of(),
                List.of(),
                List.of(work),
                List.of(),
                List.of(),
                0,
                Duration.ZERO,
                Duration.ZERO);
        return Catalogue.of(new WorkedUnderLock(
                        Hazard.WRITE_BLOCK,
                        List.of(footprint),
                        Histories.CUSTOMER,
                        LockMode.SHARE,
                        new SqlStatement(lockedBy, "V2.sql", lockedBy.equals(sql) ? 3 : 2),
                        work,
                        null,
                        List.of()))
                .id();
    }
}
