package dev.zdm.jmh;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Names items through the ledger, as fast as it can. */
public final class ItemWriter {
    /** The names whose writing failed: nobody acknowledged them. */
    static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

    private final DataSource database;

    /** Works on this database. */
    public ItemWriter(DataSource database) {
        this.database = database;
    }

    @ReadBack
    @Nullable
    String name(long key) throws SQLException {
        return read(database, key);
    }

    @Operation
    void rename(Keys keys, Ledger ledger) throws SQLException {
        long key = keys.own();
        String name = ledger.newValue(key);
        try {
            write(database, key, name);
        } catch (SQLException e) {
            FAILED.add(name);
            throw e;
        }
        ledger.acknowledge(key, name);
    }

    static @Nullable String read(DataSource database, long key) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("select name from item where id = ?")) {
            query.setLong(1, key);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    static void write(DataSource database, long key, String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement("update item set name = ? where id = ?")) {
            update.setString(1, name);
            update.setLong(2, key);
            update.executeUpdate();
        }
    }
}
