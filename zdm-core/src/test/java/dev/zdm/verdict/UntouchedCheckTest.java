package dev.zdm.verdict;

import static dev.zdm.verdict.Histories.CUSTOMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.ColumnData.Conversion;
import dev.zdm.observation.ColumnData.Difference;
import dev.zdm.observation.ColumnData.Origin;
import dev.zdm.observation.TableData;
import dev.zdm.observation.TableData.Dropped;
import dev.zdm.observation.TableData.Successor;
import dev.zdm.observation.TableData.Written;
import dev.zdm.observation.UntouchedData;
import dev.zdm.observation.UntouchedData.ColumnRead;
import dev.zdm.plan.Demand;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Tolerance;
import dev.zdm.plan.Touches;
import dev.zdm.postgres.Relation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is red, what is advice and what is a mere fact of what became of data. */
class UntouchedCheckTest {
    private static final Written UPDATED = new Written(0, 100, 0);

    private final Histories histories = new Histories();

    private PhaseResult judge(Demand... demands) {
        return Checks.judge(histories.history(), List.of(), Tolerance.DEFAULT, Set.of(demands));
    }

    private List<Hazard> hazards(Demand... demands) {
        return judge(demands).verdict().findings().stream().map(Finding::hazard).toList();
    }

    private void table(TableData table) {
        histories.untouched = new UntouchedData(
                List.of(table),
                List.of(),
                Map.of("names agree", Set.of(new ColumnRead(CUSTOMER, "name"))),
                Duration.ofMillis(90),
                Duration.ofMillis(40),
                null);
    }

    static TableData rows(Relation now, Written written, long missing, boolean inUse) {
        return new TableData(
                CUSTOMER,
                now,
                Successor.ITSELF,
                200_000,
                written,
                true,
                missing,
                0,
                List.of("7"),
                3,
                List.of(),
                List.of(),
                inUse);
    }

    static TableData values(Written written, ColumnData... columns) {
        return new TableData(
                CUSTOMER,
                CUSTOMER,
                Successor.ITSELF,
                200_000,
                written,
                true,
                0,
                0,
                List.of(),
                3,
                List.of(columns),
                List.of(),
                true);
    }

    static TableData dropped(Dropped... columns) {
        return new TableData(
                CUSTOMER,
                CUSTOMER,
                Successor.ITSELF,
                200_000,
                Written.NOTHING,
                true,
                0,
                0,
                List.of(),
                3,
                List.of(),
                List.of(columns),
                true);
    }

    static ColumnData name(Origin origin, Conversion kind, long turnedNull) {
        return new ColumnData(
                "name",
                "name",
                origin,
                "text",
                kind == Conversion.NONE ? "text" : "varchar(3)",
                kind,
                false,
                12,
                0,
                turnedNull,
                List.of(new Difference("7", "Anna", "Ann")));
    }

    @Test
    void rowsThatNobodyDeletedAreALossWhereAVersionUsesThem() {
        table(rows(CUSTOMER, Written.NOTHING, 1, true));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);

        table(rows(CUSTOMER, Written.NOTHING, 1, false));
        assertThat(hazards()).isEmpty();
        assertThat(judge().advice()).containsExactly("1 of 200000 rows of customer are gone, which no version uses");
        assertThat(hazards(Demand.NO_LOSS)).containsExactly(Hazard.DATA_LOSS);

        table(rows(CUSTOMER, new Written(0, 0, 1), 1, true));
        assertThat(hazards()).isEmpty();
        assertThat(judge().advice()).isEmpty();
    }

    @Test
    void aTableThatIsGoneIsALossWhereOperationsFailWithoutIt() {
        table(rows(null, Written.NOTHING, 200_000, true));
        assertThat(hazards()).isEmpty();

        histories.errors.add(Histories.error("42P01", "ERROR: gone", 0, 3, 0));
        assertThat(hazards()).containsExactly(Hazard.OLD_APP_ERROR, Hazard.DATA_LOSS);
    }

    @Test
    void otherValuesAreRedUnlessTheChangeWroteThem() {
        table(values(UPDATED, name(Origin.SAME, Conversion.NONE, 5)));
        assertThat(hazards()).isEmpty();

        table(values(Written.NOTHING, name(Origin.SAME, Conversion.NONE, 0)));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(values(UPDATED, name(Origin.OTHER, Conversion.NONE, 0)));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(values(UPDATED, name(Origin.NEW, Conversion.NONE, 0)));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);
    }

    @Test
    void aConversionLosesOrShifts() {
        table(values(Written.NOTHING, name(Origin.SAME, Conversion.OTHER, 0)));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);

        table(values(Written.NOTHING, name(Origin.SAME, Conversion.TIME_ZONE, 0)));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(values(
                UPDATED, name(Origin.SAME, Conversion.OTHER, 0))); // No rewrite: the type cannot have cut anything.
        assertThat(hazards()).isEmpty();
    }

    @Test
    void whatThePlanAllowsIsNoFindingAndWhatItDoesNotIsOne() {
        table(values(UPDATED, name(Origin.SAME, Conversion.NONE, 0)));
        for (String allowed : List.of("customer", "customer.name", "public.customer.NAME", "\"customer\".\"name\"")) {
            histories.touches = new Touches(List.of(allowed));
            assertThat(hazards()).as(allowed).isEmpty();
        }
        histories.touches = new Touches(List.of("customer.first_name", "sales.customer", "\"Customer\""));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(rows(CUSTOMER, new Written(0, 0, 5), 5, true));
        histories.touches = new Touches(List.of("customer.name"));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);
        histories.touches = new Touches(List.of("customer"));
        assertThat(hazards()).isEmpty();

        table(rows(CUSTOMER, Written.NOTHING, 200_000, true)); // TRUNCATE, as planned.
        assertThat(hazards()).isEmpty();
    }

    @Test
    void whatAChangeMayTouchHasAName() {
        assertThatThrownBy(() -> new Touches(List.of("customer.", "x")))
                .isInstanceOf(PlanException.class)
                .hasMessage("what a change may touch is a table or a column as SQL spells it, found 'customer.'");
        assertThatThrownBy(() -> new Touches(List.of("a.b.c.d"))).isInstanceOf(PlanException.class);
    }

    @Test
    void droppedValuesThatNoInvariantReadAreAnAdviceOrOnDemandRed() {
        table(dropped(
                new Dropped("full_name", 199_000, List.of("names agree")),
                new Dropped("fax", 12, List.of()),
                new Dropped("never", 0, List.of())));

        assertThat(hazards()).isEmpty();
        assertThat(judge().advice())
                .containsExactly(
                        "what is dropped of customer has values that no invariant has compared with a successor's: "
                                + "fax (12)");
        assertThat(hazards(Demand.NO_LOSS)).containsExactly(Hazard.DATA_LOSS);
        assertThat(judge(Demand.NO_LOSS).advice()).isEmpty();
    }

    @Test
    void aBrokenInvariantIsALossWhereItsTableLostRows() {
        histories.invariants.add(Histories.invariant(true, 1, null));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(rows(CUSTOMER, new Written(0, 0, 9), 9, true));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);

        table(values(UPDATED, name(Origin.SAME, Conversion.NONE, 9)));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);
    }

    @Test
    void aBrokenInvariantIsALossWhereACopyTookThePlaceOfItsTable() {
        histories.invariants.add(Histories.invariant(true, 1, null));
        table(inStead(Successor.COPY));
        assertThat(hazards()).containsExactly(Hazard.DATA_LOSS);

        table(inStead(Successor.SHOWS_IT));
        assertThat(hazards()).containsExactly(Hazard.DATA_DRIFT);

        table(inStead(Successor.COPY, name(Origin.OTHER, Conversion.NONE, 0)));
        assertThat(hazards()).as("the copy itself differs").containsOnly(Hazard.DATA_DRIFT);
    }

    private static TableData inStead(Successor successor, ColumnData... columns) {
        return new TableData(
                CUSTOMER,
                CUSTOMER,
                successor,
                200_000,
                Written.NOTHING,
                true,
                0,
                0,
                List.of(),
                3,
                List.of(columns),
                List.of(),
                true);
    }

    @Test
    void aComparisonThatFailedIsADoubt() {
        histories.untouched = UntouchedData.unknown("connection lost");

        assertThat(judge().verdict().doubts())
                .containsExactly(new Doubt.Broke("the comparison of untouched data", "connection lost"));
    }
}
