package dev.zdm.mutants;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** A release that writes the names of customers in every way that SQL has. */
abstract class NameWorkload {
    private final DataSource database;
    private final String column;

    /**
     * Makes a release.
     *
     * @param column where it keeps the name
     */
    NameWorkload(DataSource database, String column) {
        this.database = database;
        this.column = column;
    }

    /** Returns a session as the release sets it up. */
    Connection session() throws SQLException {
        return database.getConnection();
    }

    private static String newName() {
        return " " + UUID.randomUUID() + " ";
    }

    @Operation(weight = 4)
    void rename(Keys keys) throws SQLException {
        update("update customer set " + column + " = ? where id = ?", newName(), keys.own());
    }

    @Operation
    void clear(Keys keys) throws SQLException {
        update("update customer set " + column + " = ? where id = ?", null, keys.own());
    }

    @Operation
    void renameToTheSame(Keys keys) throws SQLException {
        try (Connection session = session();
                PreparedStatement update =
                        session.prepareStatement("update customer set " + column + " = " + column + " where id = ?")) {
            update.setLong(1, keys.own());
            update.executeUpdate();
        }
    }

    /** Locks the rows in order first, so that two of these cannot wait for each other. */
    @Operation
    void renameSeveral(Keys keys) throws SQLException {
        update(
                "with several as (select id from customer where id % 100 = ? % 100 order by id for update) "
                        + "update customer set " + column + " = ? where id in (select id from several)",
                keys.own(),
                newName());
    }

    @Operation
    void upsert(Keys keys) throws SQLException {
        update(
                "insert into customer (id, " + column + ") values (?, ?) on conflict (id) do update set " + column
                        + " = excluded." + column,
                keys.own(),
                newName());
    }

    @Operation
    void insert(Keys keys) throws SQLException {
        update("insert into customer (id, " + column + ") values (nextval('customer_id'), ?)", newName());
    }

    @Operation
    void removeAndInsert(Keys keys) throws SQLException {
        long id = keys.own();
        inTransaction(session -> {
            update(session, "delete from customer where id = ?", id);
            update(session, "insert into customer (id, " + column + ") values (?, ?)", id, newName());
        });
    }

    @Operation
    void remove(Keys keys) throws SQLException {
        update("delete from customer where id = ?", keys.own());
    }

    @Operation
    void copy(Keys keys) throws SQLException {
        long id = keys.own();
        inTransaction(session -> {
            update(session, "delete from customer where id = ?", id);
            session.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy customer (id, " + column + ") from stdin",
                            new StringReader(id + "\t" + newName() + "\n"));
        });
    }

    @Operation(weight = 2)
    void find(Keys keys) throws SQLException {
        try (Connection session = session();
                PreparedStatement query =
                        session.prepareStatement("select " + column + " from customer where id = ?")) {
            query.setLong(1, keys.any());
            try (ResultSet row = query.executeQuery()) {
                row.next();
            }
        }
    }

    private void update(String sql, @Nullable Object... parameters) throws SQLException {
        try (Connection session = session()) {
            update(session, sql, parameters);
        }
    }

    private static void update(Connection session, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement update = session.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                update.setObject(i + 1, parameters[i]);
            }
            update.executeUpdate();
        }
    }

    /** Some work in a transaction. */
    @FunctionalInterface
    private interface Work {
        void in(Connection session) throws SQLException, IOException;
    }

    private void inTransaction(Work work) throws SQLException {
        try (Connection session = session()) {
            session.setAutoCommit(false);
            work.in(session);
            session.commit();
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }
}
