package dev.zdm.mutants;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.verdict.Hazard;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes are lost where no comparison of columns can tell: what loses them is red, the right form of it green. */
@Tag("measured")
class LedgerMutantsTest {
    private static final String ADD = "alter table customer add column name text";
    private static final String TRIGGER =
            "create trigger customer_names before update on customer for each row execute function customer_names()";
    private static final String BY_WHAT_CHANGED = names(
            "if new.full_name is distinct from old.full_name then "
                    + "new.name := new.full_name; elsif new.name is distinct from old.name then new.full_name := new.name; end if;");
    private static final String FILL = "update customer set name = full_name where name is distinct from full_name";

    // It goes on when rows that it has read have other names, or after a second where nobody renames any.
    private static final String READ_AND_WAIT = """
            do $$ declare read customer[]; begin
                select array_agg(c order by id) into read from customer c;
                for tries in 1 .. 100 loop
                    exit when (select count(*) from unnest(read) r join customer c using (id)
                               where c.full_name <> r.full_name) >= 5;
                    perform pg_sleep(0.01);
                end loop;
                update customer c set name = r.full_name from unnest(read) r where c.id = r.id;
            end $$
            """;

    private static final String SWAP = """
            do $$ begin
                lock table customer in access exclusive mode;
                drop trigger customer_copied on customer;
                alter table customer rename to customer_before;
                alter table customer_copy rename to customer;
            end $$
            """;

    private static String names(String body) {
        return "create function customer_names() returns trigger language plpgsql as $$ begin " + body
                + " return new; end $$";
    }

    private static String byPath(String isNew) {
        return names("if " + isNew + " then new.full_name := new.name; else new.name := new.full_name; end if;");
    }

    /** Both releases have traffic once the names are kept in step like this. */
    private static RehearsalPlan inStep(String function) {
        return sideBySide(
                LedgerWorkloads.OldNames.class,
                LedgerWorkloads.NewNames.class,
                Change.eachOnItsOwn("create schema release_2", ADD, function, TRIGGER, FILL));
    }

    private static RehearsalPlan sideBySide(Class<?> older, Class<?> newer, Change change) {
        return Mutants.plan(change)
                .withVersions(ApplicationVersion.of(older), ApplicationVersion.of(newer))
                .withPhases(List.of(Phase.of("migrate", change).withTraffic(100, 50)));
    }

    private static RehearsalPlan alone(Class<?> workload, String... statements) {
        return Mutants.plan(Change.eachOnItsOwn(statements))
                .withVersions(ApplicationVersion.of(workload), ApplicationVersion.absent());
    }

    private static RehearsalPlan filled(String backfill) {
        return alone(LedgerWorkloads.OldNames.class, ADD, BY_WHAT_CHANGED, TRIGGER, backfill);
    }

    private static RehearsalPlan swapped(String backfill) {
        return alone(
                LedgerWorkloads.ComeAndGo.class,
                CopyMutantsTest.CREATE,
                CopyMutantsTest.function(CopyMutantsTest.DELETE + CopyMutantsTest.UPSERT),
                CopyMutantsTest.trigger("insert or update or delete on customer for each row"),
                backfill,
                SWAP);
    }

    private static RehearsalPlan counted(Class<?> newer) {
        return sideBySide(LedgerWorkloads.Adding.class, newer, Change.none());
    }

    static Stream<Arguments> pairs() {
        String lostName = "lost write · 'name' of key \\d+";
        String byNew = "instead of 'new\\w+'\\s+operation 'rename' \\(new version\\) wrote it last";
        return Stream.of(
                arguments(
                        "a trigger in one direction",
                        inStep(names("new.name := new.full_name;")),
                        new String[] {lostName, byNew},
                        inStep(BY_WHAT_CHANGED)),
                // A known bug of a good tool.
                arguments(
                        "a trigger that compares the whole search_path",
                        inStep(byPath("current_setting('search_path') = 'release_2'")),
                        new String[] {lostName, byNew},
                        inStep(byPath("(current_schemas(false))[1] = 'release_2'"))),
                arguments(
                        "a backfill that reads, waits and overwrites both columns",
                        filled(READ_AND_WAIT),
                        new String[] {
                            lostName, "instead of 'old\\w+'\\s+operation 'rename' \\(old version\\) wrote it last"
                        },
                        filled(FILL)),
                arguments(
                        "a number that is read, added to and written back",
                        counted(LedgerWorkloads.ReadingAndWriting.class),
                        new String[] {
                            "lost addition · 'hits' of key \\d+",
                            "operation 'count' \\((old|new) version\\) wrote it last",
                            "read it when the load was drained"
                        },
                        counted(LedgerWorkloads.Adding.class)),
                arguments(
                        "a delete during the backfill that comes back with the copy",
                        swapped(CopyMutantsTest.READ_AND_WAIT),
                        new String[] {lostName, "instead of NULL\\s+operation 'remove' \\(old version\\) wrote it last"
                        },
                        swapped(CopyMutantsTest.BACKFILL)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void mutantsAreRedAndTheirRightFormsGreen(String name, RehearsalPlan mutant, String[] words, RehearsalPlan right) {
        Mutants.assertRed(mutant, Hazard.DATA_LOSS, words);
        Mutants.assertGreen(right);
    }
}
