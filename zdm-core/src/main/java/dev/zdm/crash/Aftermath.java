package dev.zdm.crash;

import dev.zdm.change.ChangeException;
import dev.zdm.change.RunningChange;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.database.Database;
import dev.zdm.observation.CrashHistory.Harm;
import dev.zdm.observation.CrashHistory.Harm.Kind;
import dev.zdm.plan.Change;
import dev.zdm.postgres.SchemaDifference;
import dev.zdm.postgres.SchemaSnapshot;
import dev.zdm.postgres.SchemaSnapshot.Fact;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries a change out once more after a crash, and compares the end with that of a run without one.
 *
 * <p>Columns whose values differ between two runs without a crash too, a time or a number from a sequence, do not count.
 */
final class Aftermath {
    private static final String ADVANCE_SEQUENCES =
            "select count(nextval(oid::regclass)) from pg_class, generate_series(1, 3) where relkind = 'S'";

    private final Change change;
    private final Duration limit;
    private final Database before;
    private final Database reference;
    private final SchemaSnapshot schema;
    private final TableDigests data;
    private @Nullable Map<String, Set<String>> differingAnyway;

    /**
     * Learns the end that a crash must not change.
     *
     * @param before a database in which the change was not carried out
     * @param reference one in which it was, without a crash
     */
    Aftermath(Change change, Duration limit, Database before, Database reference) throws SQLException {
        this.change = change;
        this.limit = limit;
        this.before = before;
        this.reference = reference;
        try (Connection connection = Quiet.open(reference)) {
            schema = SchemaSnapshot.read(connection);
            data = TableDigests.read(connection);
        }
    }

    /** Carries out a change alone; returns why it failed, null: it did not. */
    static @Nullable ChangeException carryOut(Change change, Database where, StatementListener listener, Duration limit)
            throws InterruptedException {
        RunningChange running = new RunningChange(change, () -> Quiet.open(where), SqlParameters.NONE, listener);
        try {
            if (!running.await(limit)) {
                running.stop("it did not end within " + limit.toSeconds() + " s", () -> Quiet.open(where));
            }
        } catch (InterruptedException e) {
            running.stop("the rehearsal was interrupted", () -> Quiet.open(where));
            throw e;
        }
        return running.failure();
    }

    /** Runs the change again on what a crash left, and returns what is wrong then. */
    List<Harm> harms(Database crashed) throws SQLException, InterruptedException {
        List<Harm> harms = new ArrayList<>();
        if (isOfATool(change)) {
            try (Connection connection = Quiet.open(crashed)) {
                harms.addAll(ToolLocks.takeFrom(connection));
            }
        }
        harms.addAll(compare(crashed, carryOut(change, crashed, new Step.Recorder(), limit)));
        return harms;
    }

    /** Code of the user's own may clear up behind its tool before it begins. */
    private static boolean isOfATool(Change change) {
        return change instanceof Change.Retrying retrying
                ? isOfATool(retrying.change())
                : change instanceof Change.Liquibase || change instanceof Change.Flyway;
    }

    /**
     * Returns what is wrong after a run that has come to its end.
     *
     * @param failure why it failed; null: it did not
     */
    List<Harm> compare(Database crashed, @Nullable ChangeException failure) throws SQLException, InterruptedException {
        List<Harm> harms = new ArrayList<>();
        try (Connection connection = Quiet.open(crashed)) {
            Quiet.awaitEndOfOthers(connection);
            harms.addAll(ToolLocks.takeFrom(connection));
            List<Harm> ofSchema = ofSchema(schema.until(SchemaSnapshot.read(connection)));
            if (failure != null) {
                harms.add(0, ofFailure(failure));
                ofSchema.removeIf(harm -> harm.kind() == Kind.SCHEMA);
                harms.addAll(ofSchema);
            } else {
                harms.addAll(ofSchema);
                harms.addAll(ofData(connection));
            }
        }
        return harms;
    }

    static Harm ofFailure(ChangeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return new Harm(
                Kind.RETRY_FAILED, String.valueOf(cause.getMessage()).strip(), failure.statement(), failure.sqlState());
    }

    private static List<Harm> ofSchema(SchemaDifference difference) {
        List<Harm> harms = new ArrayList<>();
        List<String> lines = new ArrayList<>(difference.lines());
        for (SchemaDifference.Changed changed : difference.changed()) {
            harm(changed.is(), harms);
        }
        for (Fact fact : difference.added()) {
            harm(fact, harms);
        }
        if (harms.isEmpty() && !lines.isEmpty()) {
            harms.add(new Harm(Kind.SCHEMA, String.join("; ", lines), null, null));
        }
        return harms;
    }

    private static void harm(Fact fact, List<Harm> harms) {
        if (fact.kind().equals("index") && fact.definition().contains("; invalid")) {
            harms.add(new Harm(Kind.INVALID_INDEX, "index " + fact.name() + " is invalid", null, null));
        } else if (fact.kind().equals("constraint") && fact.definition().contains("; not validated")) {
            harms.add(new Harm(Kind.NOT_VALIDATED, "constraint " + fact.name() + " is NOT VALID", null, null));
        }
    }

    private List<Harm> ofData(Connection crashed) throws SQLException, InterruptedException {
        if (data.differing(TableDigests.read(crashed)).isEmpty()) {
            return List.of();
        }
        Map<String, Set<String>> without = differingAnyway();
        List<Harm> harms = new ArrayList<>();
        try (Connection clean = Quiet.open(reference)) {
            TableDigests expected = TableDigests.read(clean, without);
            for (String table : expected.differing(TableDigests.read(crashed, without))) {
                harms.add(ofTable(table, expected.differingColumns(table, clean, crashed)));
            }
        }
        return harms;
    }

    static Harm ofTable(String table, Set<String> columns) {
        String which = columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")";
        return new Harm(Kind.DATA, "other data in " + table + which, null, null);
    }

    private Map<String, Set<String>> differingAnyway() throws SQLException, InterruptedException {
        Map<String, Set<String>> known = differingAnyway;
        if (known != null) {
            return known;
        }
        Map<String, Set<String>> differing = new HashMap<>();
        try (Database second = before.copy()) {
            try (Connection connection = Quiet.open(second)) {
                Quiet.execute(connection, ADVANCE_SEQUENCES);
            }
            carryOut(change, second, new Step.Recorder(), limit);
            try (Connection again = Quiet.open(second);
                    Connection clean = Quiet.open(reference)) {
                Quiet.awaitEndOfOthers(again);
                for (String table : data.differing(TableDigests.read(again))) {
                    differing.put(table, data.differingColumns(table, clean, again));
                }
            }
        }
        differingAnyway = differing;
        return differing;
    }
}
