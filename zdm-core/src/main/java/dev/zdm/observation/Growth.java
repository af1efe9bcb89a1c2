package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long a transaction of a change keeps its locks on tables of growing size, and on tables as large as in production.
 *
 * <p>The kind comes from counted rows, not from a stopwatch. The time at production size is that of a line fitted over
 * the measured times; it is this machine's time.
 *
 * @param statements the statements that ran while the locks were held, from the first lock to the commit, in order
 * @param worker the one of them that worked on the most rows
 * @param table the table whose size in production decides
 * @param tables all tables of known size that were locked or worked on, with their partitions
 * @param kind how the counted work grows
 * @param workPerRow rows read or written for each row of the table; 1: the table was scanned once
 * @param measurements what was measured, smallest table first, at least one
 * @param rowsInProduction how many rows the table has in production
 * @param timeInProduction how long the locks will be held there
 * @param atMost whether that is only known not to be exceeded, for too few rows were measured to say more exactly
 * @param widerInProduction how much wider the table's rows are in production, at least 1; counted in the time there
 */
public record Growth(
        List<SqlStatement> statements,
        SqlStatement worker,
        Relation table,
        Set<Relation> tables,
        Kind kind,
        double workPerRow,
        List<Measurement> measurements,
        long rowsInProduction,
        Duration timeInProduction,
        boolean atMost,
        double widerInProduction) {
    public Growth {
        statements = List.copyOf(statements);
        tables = Set.copyOf(tables);
        measurements = List.copyOf(measurements);
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("no measurement of " + worker.position());
        }
    }

    /** How work grows with a table. */
    public enum Kind {
        /** The same number of rows is read and written, however large the table. */
        CONSTANT,
        /** As the table. */
        LINEAR,
        /** Faster than the table, as where every row is compared with every other. */
        FASTER
    }

    /**
     * What was measured at one size.
     *
     * @param rows how many rows the table had
     * @param work how many rows of the tables whose size is known were read or written while the locks were held
     * @param lockTime how long the locks were held, from the begin of the statement that took the first one to the end
     *     of the commit; the shortest of all repeats, of a constant time the median
     * @param repeats how often it was measured
     */
    public record Measurement(long rows, long work, Duration lockTime, int repeats) {}

    /** Returns the measurement of the largest table. */
    public Measurement largest() {
        return measurements.get(measurements.size() - 1);
    }

    /** Returns what is known of the statement; null: its locks were not measured. */
    public static @Nullable Growth of(SqlStatement statement, List<Growth> all) {
        for (Growth growth : all) {
            if (growth.statements.contains(statement)) {
                return growth;
            }
        }
        return null;
    }
}
