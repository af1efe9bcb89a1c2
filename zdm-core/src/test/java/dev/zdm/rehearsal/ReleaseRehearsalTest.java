package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Release;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.workload.TwoReleases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rename of a column while the old release, isolated, and the new one work with the same workload class. */
@Tag("measured")
class ReleaseRehearsalTest {
    @TempDir
    static Path directory;

    private static TwoReleases releases;

    @BeforeAll
    static void compile() throws IOException {
        releases = new TwoReleases(directory);
    }

    @AfterAll
    static void end() throws IOException {
        releases.close();
    }

    @Test
    void theOldReleaseWorksUntilItsColumnGoes() throws Exception {
        RehearsalResult result = run(over("Work", releases.classes("release-1")), today("Work"));

        assertThat(result.verdict().isPassed()).as(TextReport.of(result)).isTrue();
        assertThat(result.phases()).hasSize(3);
        assertThat(TextReport.of(result))
                .contains("\n   old      : works with the classes of " + releases.classes("release-1") + "\n")
                .doesNotContain("   new      :");
    }

    @Test
    void todaysClassesInItsPlaceWouldHaveFailed() throws Exception {
        RehearsalResult result = run(today("Work"), today("Work"));

        assertThat(result.verdict().isPassed()).isFalse();
        assertThat(TextReport.of(result)).contains("column \"title\"");
    }

    @Test
    void whatTheReleaseLacksIsNoFinding() throws Exception {
        ApplicationVersion lacking = over("UsesNewMethod", releases.classes("release-1"));

        assertThatThrownBy(() -> run(lacking, ApplicationVersion.absent()))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("does not have the method 'void shop.Items.retitle(long, shop.Titles)'");
    }

    private static ApplicationVersion today(String workload) throws ClassNotFoundException {
        return ApplicationVersion.of(releases.workload(workload));
    }

    private static ApplicationVersion over(String name, Path release) throws ClassNotFoundException {
        Class<?> workload = releases.workload(name);
        String jarOrFolder = release.toString();
        ApplicationVersion older = ApplicationVersion.of(workload).over(Release.ofPaths(jarOrFolder));
        return older;
    }

    private static RehearsalResult run(ApplicationVersion older, ApplicationVersion newer) {
        boolean both = !(newer instanceof ApplicationVersion.Absent);
        RehearsalPlan plan = RehearsalPlan.named(
                        "rename of a column",
                        Baseline.ofSql(
                                        "create table item (id bigint primary key, name text)",
                                        "insert into item select g, 'n' || g from generate_series(1, 500) g")
                                .withRows(500))
                .withVersions(older, newer)
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(30)))
                .withPhase(Phase.of(
                                "expand",
                                Change.statements(
                                        "alter table item add column title text",
                                        """
                                create function in_step() returns trigger language plpgsql as $$
                                begin
                                  if new.title is distinct from old.title then new.name := new.title;
                                  else new.title := new.name; end if;
                                  return new;
                                end $$""",
                                        "create trigger in_step before update on item for each row execute function in_step()"))
                        .withTraffic(100));
        return Rehearsal.run(
                both
                        ? plan.withPhase(Phase.of("backfill", Change.statements("update item set title = name"))
                                        .withTraffic(100, 50, 0))
                                .withPhase(Phase.of(
                                                "contract",
                                                Change.statements(
                                                        "drop trigger in_step on item",
                                                        "alter table item drop column name"))
                                        .withTraffic(0))
                        : plan,
                TestServer.get());
    }
}
