package dev.zdm.inspection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.database.Database;
import org.postgresql.ds.PGSimpleDataSource;

/** The sessions of the quiet pass. */
final class QuietSessions {
    // A parallel worker's rows are missing in the counters of the session that it works for.
    private static final String NOT_PARALLEL =
            "-c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0";

    /** Room for operations that need several at the same time, and for some that give none back. */
    private static final int POOLED = 20;

    private QuietSessions() {}

    /** Returns a pool of sessions for an application version, which need not open one for each operation then. */
    static HikariDataSource pool(Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("zdm inspection");
        config.setDataSource(of(database));
        config.setMaximumPoolSize(POOLED);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Returns whether the application prepares statements on the server: through a proxy it may have to do without. */
    static boolean prepares(Database database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.applicationUrl());
        return source.getPrepareThreshold() != 0;
    }

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
