package dev.zdm.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Hazard;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes of values: what loses or alters them is red, what does the same job and keeps them is green. */
@Tag("measured")
class ValueMutantsTest {
    private static final Baseline ITEMS = Baseline.ofSql(
                    "create sequence item_id start 401",
                    "create table item (id bigint primary key default nextval('item_id'), note text, at timestamp, "
                            + "state text default 'new', lat numeric, lng numeric)",
                    "insert into item select g, 'number ' || g, timestamp '2024-06-01' + g * interval '1 h', 'old', g, -g "
                            + "from generate_series(1, :rows) g",
                    "create table item_before as select * from item")
            .withRows(400);

    private static RehearsalPlan plan(String invariant, String... change) {
        return RehearsalPlan.named("items", ITEMS)
                .withVersions(
                        ApplicationVersion.ofSql(
                                SqlOperation.of("find", "select 1 from item where id = (select (random() * 400)::int)")
                                        .unprepared(),
                                SqlOperation.of(
                                        "save",
                                        "insert into item (note) values ('saved') "
                                                + "on conflict (id) do update set note = excluded.note")),
                        ApplicationVersion.absent())
                .withLoad(LoadProfile.DEFAULT.withWindows(Duration.ofMillis(200), Duration.ofSeconds(60)))
                // These are about data alone.
                .withTolerance(Tolerance.DEFAULT.withLockWait(Duration.ofSeconds(30)))
                .withPhase(Phase.of("migrate", Change.eachOnItsOwn(change)))
                .withInvariant(Invariant.of(
                                "values stay",
                                "select item.*, before.* from item left join item_before before using (id) where "
                                        + invariant)
                        .from("migrate"));
    }

    static Stream<Arguments> pairs() {
        String sameNote = "before.id is not null and item.note is distinct from before.note";
        String sameInstant = "before.id is not null and item.at is distinct from before.at at time zone 'UTC'";
        String newState = "before.id is null and item.state <> 'new'";
        String samePlace = "before.id is not null and (latitude, longitude) is distinct from (before.lat, before.lng)";
        String places = "alter table item add column latitude numeric, add column longitude numeric";
        String contract = "alter table item drop column lat, drop column lng";
        String place = "update item set latitude = lat, longitude = lng";
        return Stream.of(
                arguments(
                        "a narrowing cast",
                        Hazard.DATA_LOSS,
                        plan(sameNote, "alter table item alter note type varchar(8) using left(note, 8)"),
                        plan(sameNote, "alter table item alter note type varchar(80)")),
                arguments(
                        "a shift by a time zone",
                        Hazard.DATA_DRIFT,
                        plan(
                                sameInstant,
                                "set time zone 'Europe/Berlin'",
                                "alter table item alter at type timestamptz"),
                        plan(
                                sameInstant,
                                "set time zone 'Europe/Berlin'",
                                "alter table item alter at type timestamptz using at at time zone 'UTC'")),
                arguments(
                        "a default that differs between the versions",
                        Hazard.DATA_DRIFT,
                        plan(newState, "alter table item alter state set default 'open'"),
                        plan(newState, "alter table item add column state2 text default 'open'")),
                arguments(
                        "a sequence that restarts",
                        Hazard.DATA_DRIFT,
                        plan(sameNote, "alter sequence item_id restart with 1"),
                        plan(sameNote, "alter sequence item_id cache 10")),
                arguments(
                        "swapped columns",
                        Hazard.DATA_DRIFT,
                        plan(samePlace, places, "update item set latitude = lng, longitude = lat"),
                        plan(samePlace, places, place)),
                arguments(
                        "a contract before the backfill has ended",
                        Hazard.DATA_DRIFT,
                        plan(samePlace, places, place + " where id <= 300", contract),
                        plan(samePlace, places, place + " where id <= 400", contract)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void mutantsAreRedAndTheirRewritesGreen(String name, Hazard hazard, RehearsalPlan mutant, RehearsalPlan right) {
        Mutants.assertRed(mutant, hazard, "invariant 'values stay'", "the first: id=\\d+");
        Mutants.assertGreen(right);
    }

    @Test
    void whatOnlyAdversarialRowsShow() {
        String split = "alter table item add column first text, add column last text";
        String careless = "update item set first = split_part(note, ' ', 1), last = split_part(note, ' ', 2) "
                + "where note <> 'saved'";
        RehearsalPlan plan =
                plan("item.note <> 'saved' and item.note is distinct from first || ' ' || last", split, careless);

        Mutants.assertGreen(plan);

        RehearsalResult result = Mutants.run(plan.withAdversarialRows(12));
        assertThat(TextReport.of(result))
                .contains("   seeded   : 12 adversarial rows in item\n")
                .contains("data drift · invariant 'values stay'");
    }
}
