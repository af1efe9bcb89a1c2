package dev.zdm.rehearsal;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Versions of an application that read a customer's name from one of two columns. */
public final class CustomerVersions {
    private static final AtomicLong NAMES = new AtomicLong();

    private CustomerVersions() {}

    /** Reads and writes one column. */
    abstract static class Customers {
        final DataSource database;
        private final String column;

        Customers(DataSource database, String column) {
            this.database = database;
            this.column = column;
        }

        @Operation
        void find(Keys keys) throws SQLException {
            try (Connection connection = database.getConnection()) {
                name(connection, keys.any());
            }
        }

        /** Some customers keep the name they have. */
        @Operation
        void rename(Keys keys) throws SQLException {
            long id = keys.own();
            if (id % 50 != 0) {
                rename(id);
            }
        }

        final void rename(long id) throws SQLException {
            try (Connection connection = database.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("update customer set " + column + " = ? where id = ?")) {
                update.setString(1, "n" + NAMES.incrementAndGet());
                update.setLong(2, id);
                update.executeUpdate();
            }
        }

        @ReadBack
        @Nullable
        String name(long id) throws SQLException {
            try (Connection connection = database.getConnection()) {
                return name(connection, id);
            }
        }

        final @Nullable String name(Connection connection, long id) throws SQLException {
            try (PreparedStatement query =
                    connection.prepareStatement("select " + column + " from customer where id = ?")) {
                query.setLong(1, id);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? row.getString(1) : null;
                }
            }
        }

        final Map<Long, String> readAll(Collection<Long> ids) throws SQLException {
            Map<Long, String> names = new HashMap<>();
            try (Connection connection = database.getConnection();
                    PreparedStatement query =
                            connection.prepareStatement("select id, " + column + " from customer where id = any(?)")) {
                query.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        names.put(rows.getLong(1), rows.getString(2));
                    }
                }
            }
            return names;
        }
    }

    static class Old extends Customers {
        Old(DataSource database) {
            super(database, "name");
        }
    }

    static class New extends Customers {
        New(DataSource database) {
            super(database, "label");
        }
    }

    static class NewEmptyForNull extends New {
        NewEmptyForNull(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        String name(long id) throws SQLException {
            String name = super.name(id);
            return name == null ? "" : name;
        }
    }

    /** Begins and ends its transactions by SQL, behind the driver's back. */
    static class NewSelfManaged extends New {
        NewSelfManaged(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        @Nullable
        String name(long id) throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("begin");
                String name = name(connection, id);
                statement.execute("commit");
                return name;
            }
        }
    }

    /** Wants the driver's own connection. */
    static class Escaping extends New {
        Escaping(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        @Nullable
        String name(long id) throws SQLException {
            try (Connection connection = database.getConnection()) {
                connection.unwrap(PGConnection.class).getBackendPID();
                return name(connection, id);
            }
        }
    }

    /** Fails where there is no such customer. */
    static class NewStrict extends New {
        NewStrict(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        String name(long id) throws SQLException {
            String name = super.name(id);
            if (name == null) {
                throw new IllegalStateException("no customer " + id);
            }
            return name;
        }
    }

    /** Looks for its customers where there are none. */
    static class OldLookingElsewhere extends Old {
        OldLookingElsewhere(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        String name(long id) {
            throw new IllegalStateException("no customer " + -id);
        }
    }

    /** Looks for its customers where there are none, too. */
    static class NewLookingElsewhere extends New {
        NewLookingElsewhere(DataSource database) {
            super(database);
        }

        @Override
        @ReadBack
        String name(long id) {
            throw new IllegalStateException("no customer " + -id);
        }
    }

    static class OldInBulk extends Old {
        OldInBulk(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, String> names(Collection<Long> ids) throws SQLException {
            return readAll(ids);
        }
    }

    static class NewInBulk extends New {
        NewInBulk(DataSource database) {
            super(database);
        }

        @ReadBack("name")
        Map<Long, String> names(Collection<Long> ids) throws SQLException {
            return readAll(ids);
        }
    }
}
