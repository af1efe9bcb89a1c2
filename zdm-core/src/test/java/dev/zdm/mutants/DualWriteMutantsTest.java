package dev.zdm.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
import dev.zdm.verdict.Hazard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A column is renamed by a dual write: each way to get that wrong is red, the right one is green. */
@Tag("measured")
class DualWriteMutantsTest {
    private static final Path DOCUMENT = Path.of("../docs/data.md");
    private static final List<String> RIGHT = documented("sql", "(?s)(.*)").stream()
            .flatMap(script -> SqlScript.split("docs/data.md", script).stream())
            .map(SqlStatement::text)
            .toList();
    private static final String ADD = RIGHT.get(0);
    private static final String FUNCTION = RIGHT.get(1);
    private static final String TRIGGER = RIGHT.get(2);
    private static final String BACKFILL = """
            do $$ declare low bigint := 0; begin
                while low < (select max(id) from customer) loop
                    update customer set name = full_name
                    where id > low and id <= low + 50 and name is distinct from full_name;
                    commit;
                    low := low + 50;
                end loop;
            end $$
            """;

    /** Returns what a pattern finds in the document's code of a language. */
    private static List<String> documented(String language, String pattern) {
        try {
            Matcher code = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(Files.readString(DOCUMENT));
            return code.results()
                    .flatMap(block ->
                            Pattern.compile(pattern).matcher(block.group(1)).results())
                    .map(found -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String triggerFor(String events) {
        return TRIGGER.replace("insert or update", events);
    }

    private static RehearsalPlan plan(String... statements) {
        return Mutants.sideBySide(Mutants.New.class, Change.eachOnItsOwn(statements))
                .withInvariant(Invariant.of(
                                "names agree",
                                "select id, full_name, name from customer where full_name is distinct from name")
                        .from("migrate"));
    }

    private static RehearsalPlan with(String function) {
        assertThat(function).isNotEqualTo(FUNCTION);
        return plan(ADD, function, TRIGGER, BACKFILL);
    }

    @Test
    void whatTheDocumentSaysIsGreen() {
        String fill = documented("java", "Backfill.over\\(\"customer\", \"id\",\\s+\"(update [^\"]+)\"")
                .get(0);
        RehearsalPlan plan = plan(RIGHT.toArray(String[]::new));
        Mutants.assertGreen(plan.withPhases(List.of(
                Phase.of("expand", plan.phases().get(0).change()),
                Phase.of("migrate", Backfill.over("customer", "id", fill).inBatchesOf(50))
                        .withTraffic(100, 50, 0))));
    }

    static Stream<Arguments> mutants() {
        return Stream.of(
                arguments("no trigger", plan(ADD, BACKFILL)),
                arguments("a trigger for UPDATE only", plan(ADD, FUNCTION, triggerFor("update"), BACKFILL)),
                arguments("a trigger for INSERT only", plan(ADD, FUNCTION, triggerFor("insert"), BACKFILL)),
                arguments("a trigger that trims", with(FUNCTION.replace(":= new.full_name", ":= trim(new.full_name)"))),
                arguments(
                        "a trigger that drops NULL",
                        with(FUNCTION.replace(":= new.full_name", ":= coalesce(new.full_name, old.name)"))),
                // A known bug of a good tool: an error while the trigger is made is ignored.
                arguments(
                        "a trigger whose creation failed unseen",
                        plan(ADD, "do $$ begin " + TRIGGER + "; exception when others then null; end $$", BACKFILL)),
                arguments(
                        "a trigger that comes after the backfill",
                        plan(ADD, BACKFILL, "select pg_sleep(0.2)", FUNCTION, TRIGGER)),
                arguments(
                        "a backfill that skips the last batch",
                        plan(ADD, FUNCTION, TRIGGER, BACKFILL.replace("low < (", "low + 50 < ("))),
                arguments(
                        "a backfill without triggers that reads, waits and overwrites",
                        plan(ADD, FUNCTION, TRIGGER, """
                                do $$ declare customer record; begin
                                    set session_replication_role = replica;
                                    for customer in select * from customer loop
                                        if customer.id % 20 = 0 then perform pg_sleep(0.01); end if;
                                        update customer c set name = customer.full_name where c.id = customer.id;
                                    end loop;
                                end $$""")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void mutantsAreRed(String name, RehearsalPlan plan) {
        Mutants.assertRed(plan, Hazard.DATA_DRIFT, "invariant 'names agree'", "id=\\d+, full_name=.*, name=");
    }
}
