package dev.zdm.mutants;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.verdict.Hazard;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rollbacks that lose what the new version writes while they are under way, which no quiet copy shows; and the right form.
 */
@Tag("measured")
class RollbackMutantsTest {
    private static final String IN_STEP = """
            create function customer_names() returns trigger language plpgsql as $$ begin
                if new.full_name is distinct from old.full_name then
                    new.name := new.full_name;
                elsif new.name is distinct from old.name then
                    new.full_name := new.name;
                end if;
                return new;
            end $$
            """;
    private static final String TRIGGER =
            "create trigger customer_names before update on customer for each row execute function customer_names()";

    private static final Change EXPAND = Change.statements(
            "alter table customer add column name text", IN_STEP, TRIGGER, "update customer set name = full_name");
    private static final Change CONTRACT = Change.statements(
            "drop trigger customer_names on customer",
            "drop function customer_names()",
            "alter table customer drop column full_name");

    private static final String BACK = "alter table customer add column full_name text";
    private static final String FILL = "update customer set full_name = name where full_name is distinct from name";

    /** Goes on when five rows have other names, or after a second where nobody renames any. */
    private static final String AWAIT_WRITES = """
            do $$ begin
                for tries in 1 .. 100 loop
                    exit when (select count(*) from customer where name <> full_name) >= 5;
                    perform pg_sleep(0.01);
                end loop;
            end $$
            """;

    private static RehearsalPlan contractWith(String... rollback) {
        return Mutants.plan(EXPAND)
                .withVersions(ApplicationVersion.of(LedgerWorkloads.OldNames.class), ApplicationVersion.of(Plain.class))
                .withPhases(List.of(
                        Phase.of("expand", EXPAND).withTraffic(100, 50, 0),
                        Phase.of("contract", CONTRACT).withRollback(Change.eachOnItsOwn(rollback))));
    }

    /** The release that keeps the name in {@code name}. */
    static final class Plain extends LedgerWorkloads.Names {
        Plain(DataSource database) {
            super(database, "name");
        }
    }

    @Test
    void thatFillsBeforeTheTriggerIsThereMissesWhatIsWrittenMeanwhile() {
        Mutants.assertRed(
                contractWith(BACK, FILL, AWAIT_WRITES, IN_STEP, TRIGGER),
                Hazard.DATA_DRIFT,
                "versions differ · 'name' of key \\d+ in the rollback");
    }

    @Test
    void thatMakesTheTriggerFirstMissesNothing() {
        Mutants.assertGreen(contractWith(BACK, IN_STEP, TRIGGER, FILL));
    }
}
