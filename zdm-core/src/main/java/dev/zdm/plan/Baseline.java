package dev.zdm.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The database before the first phase: schema and data.
 *
 * @param steps changes that build it, in order, in an empty database; {@code :rows} in their SQL stands for {@code rows}
 * @param rows how many rows the seed makes, and the highest key that {@code Keys} hands out; at least 1
 * @param adversarialRows how many rows each table gets besides, with values that its columns allow and careless SQL gets
 *     wrong: NULL, empty and longest texts, extreme numbers and dates; 0: none
 */
public record Baseline(List<Change> steps, long rows, int adversarialRows) {
    /** The number of rows where none is given. */
    public static final long DEFAULT_ROWS = 10_000;

    public Baseline {
        steps = List.copyOf(steps);
        if (rows < 1) {
            throw new PlanException("the number of rows of the baseline must be at least 1, found " + rows);
        }
        if (adversarialRows < 0) {
            throw new PlanException("the number of adversarial rows must not be negative, found " + adversarialRows);
        }
    }

    /** Makes a baseline without adversarial rows. */
    public Baseline(List<Change> steps, long rows) {
        this(steps, rows, 0);
    }

    /** Returns a baseline that is built by this change. */
    public static Baseline of(Change schema) {
        return new Baseline(List.of(schema), DEFAULT_ROWS);
    }

    /** Returns a baseline that is built by running each statement on its own. */
    public static Baseline ofSql(String... statements) {
        return of(Change.eachOnItsOwn(statements));
    }

    /** Returns the same baseline with one more step, the seed data for example. */
    public Baseline then(Change step) {
        List<Change> all = new ArrayList<>(steps);
        all.add(step);
        return new Baseline(all, rows, adversarialRows);
    }

    /** Returns the same baseline with another number of rows. */
    public Baseline withRows(long number) {
        return new Baseline(steps, number, adversarialRows);
    }

    /** Returns the same baseline with this many adversarial rows in each table; 0: none. */
    public Baseline withAdversarialRows(int number) {
        return new Baseline(steps, rows, number);
    }

    /**
     * Returns what is built of it: without the adversarial rows, and without the migrations that come after it. Baselines of
     * which this is equal are built alike.
     */
    public Baseline built() {
        List<Change> same = steps.stream()
                .map(step -> step instanceof Change.Flyway flyway
                        ? Change.flyway(flyway.target(), flyway.source().upTo(null))
                        : step)
                .toList();
        return new Baseline(same, rows);
    }
}
