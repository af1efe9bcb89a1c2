package dev.zdm.crash;

import dev.zdm.change.StatementListener;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement that a change runs.
 *
 * @param number its place among all of them, from 1
 * @param statement the statement
 */
record Step(int number, SqlStatement statement) {

    /** Notes the statements of a run that nobody disturbs. */
    static final class Recorder implements StatementListener {
        private final List<Step> steps = new ArrayList<>();

        @Override
        public void sessionOpened(int pid) {
            // Nobody else is there.
        }

        @Override
        public synchronized @Nullable Object around(Execution execution) throws SQLException {
            steps.add(new Step(steps.size() + 1, execution.statement()));
            return execution.proceed();
        }

        synchronized List<Step> steps() {
            return List.copyOf(steps);
        }
    }
}
