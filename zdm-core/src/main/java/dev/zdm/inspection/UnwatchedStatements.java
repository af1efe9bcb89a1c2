package dev.zdm.inspection;

import dev.zdm.change.StatementListener;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Lets statements run as they are. */
final class UnwatchedStatements implements StatementListener {
    @Override
    public void sessionOpened(int pid) {
        // Nobody asks who it was.
    }

    @Override
    public @Nullable Object around(Execution execution) throws SQLException {
        return execution.proceed();
    }
}
