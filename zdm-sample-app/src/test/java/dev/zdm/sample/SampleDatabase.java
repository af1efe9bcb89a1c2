package dev.zdm.sample;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.PostgresServer;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** A database of its own for one test, migrated as far as the test asks for. */
public final class SampleDatabase {
    private final DataSource source;
    private final DSLContext sql;

    private SampleDatabase(Database database) {
        this.source = sessions(database);
        this.sql = DSL.using(source, SQLDialect.POSTGRES);
    }

    /** Returns a new database; it goes with the server, at the end of the JVM. */
    public static SampleDatabase migratedTo(String version) {
        return new SampleDatabase(
                Server.INSTANCE.fresh(version, empty -> CustomerApp.migrate(sessions(empty), version)));
    }

    private static DataSource sessions(Database database) {
        PGSimpleDataSource sessions = new PGSimpleDataSource();
        sessions.setURL(database.jdbcUrl());
        sessions.setUser(database.credentials().getProperty("user"));
        return sessions;
    }

    /** Migrates up to and including a version. */
    public void migrateTo(String version) {
        CustomerApp.migrate(source, version);
    }

    /** Returns connections to it. */
    public DataSource source() {
        return source;
    }

    /** Returns a way to run any SQL in it. */
    public DSLContext sql() {
        return sql;
    }

    /** Returns the rows of a query as texts, columns separated by {@code |}, null as {@code ∅}. */
    public List<String> rows(String query) {
        return rows(sql, query);
    }

    /** Returns the rows of a query that somebody else runs. */
    public static List<String> rows(DSLContext session, String query) {
        return session.fetch(query).map(row -> {
            List<String> values = row.intoStream()
                    .map(value -> value == null ? "∅" : value.toString())
                    .toList();
            return String.join("|", values);
        });
    }

    private static final class Server {
        static final PostgresServer INSTANCE =
                EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
    }
}
