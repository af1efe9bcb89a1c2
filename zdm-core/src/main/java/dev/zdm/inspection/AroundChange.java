package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.observation.Footprint;
import dev.zdm.postgres.LockMode;
import dev.zdm.postgres.SchemaDifference;
import dev.zdm.postgres.SchemaSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database before a change and after it, without any session.
 *
 * @param before as it was
 * @param after as the change left it, if sessions see the same schema as before; null: they do not
 */
record AroundChange(Database before, @Nullable Database after) {
    static AroundChange of(Database before, Database after, List<Footprint> footprints) throws SQLException {
        // What is created again in the same way is another object to a session all the same.
        boolean isWeak = footprints.stream()
                .flatMap(footprint -> footprint.locks().stream())
                .noneMatch(lock -> lock.mode().compareTo(LockMode.ROW_EXCLUSIVE) > 0);
        if (!isWeak) {
            return new AroundChange(before, null);
        }
        SchemaDifference difference = schema(before).until(schema(after));
        boolean isSame = difference.isEmpty() && difference.reordered().isEmpty();
        return new AroundChange(before, isSame ? after : null);
    }

    private static SchemaSnapshot schema(Database database) throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            return SchemaSnapshot.read(connection);
        }
    }
}
