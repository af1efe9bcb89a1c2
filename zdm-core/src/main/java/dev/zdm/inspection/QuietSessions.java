package dev.zdm.inspection;

import dev.zdm.database.Database;
import org.postgresql.ds.PGSimpleDataSource;

/** The sessions of the quiet pass. */
final class QuietSessions {
    // A parallel worker's rows are missing in the counters of the session that it works for.
    private static final String NOT_PARALLEL =
            "-c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0";

    private QuietSessions() {}

    static PGSimpleDataSource of(Database database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.credentials().getProperty("user"));
        source.setPassword(database.credentials().getProperty("password"));
        source.setApplicationName("zdm inspection");
        source.setOptions(NOT_PARALLEL);
        return source;
    }
}
