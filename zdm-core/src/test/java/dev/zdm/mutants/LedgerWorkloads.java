package dev.zdm.mutants;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Releases that say what they write. */
final class LedgerWorkloads {
    private LedgerWorkloads() {}

    private static void update(Connection session, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement update = session.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                update.setObject(i + 1, parameters[i]);
            }
            update.executeUpdate();
        }
    }

    /** Reads and writes the name of a customer in one column. */
    abstract static class Names {
        private final DataSource database;
        private final String column;

        Names(DataSource database, String column) {
            this.database = database;
            this.column = column;
        }

        /** Returns a session that writes as the release does. */
        Connection session() throws SQLException {
            return database.getConnection();
        }

        @ReadBack
        Optional<String> name(long key) throws SQLException {
            try (Connection session = database.getConnection();
                    PreparedStatement query =
                            session.prepareStatement("select " + column + " from customer where id = ?")) {
                query.setLong(1, key);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
                }
            }
        }

        @Operation(weight = 3)
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            try (Connection session = session()) {
                update(session, "update customer set " + column + " = ? where id = ?", name, key);
            }
            ledger.acknowledge(key, name);
        }
    }

    /** The release that keeps the name in {@code full_name}. */
    static final class OldNames extends Names {
        OldNames(DataSource database) {
            super(database, "full_name");
        }
    }

    /** The release that keeps it in {@code name}, and says who it is by the first schema of its search path. */
    static final class NewNames extends Names {
        NewNames(DataSource database) {
            super(database, "name");
        }

        @Override
        Connection session() throws SQLException {
            Connection session = super.session();
            try (Statement statement = session.createStatement()) {
                statement.execute("set search_path = release_2, public");
            }
            return session;
        }
    }

    /** A release whose customers come and go. */
    static final class ComeAndGo {
        private final DataSource database;

        ComeAndGo(DataSource database) {
            this.database = database;
        }

        @ReadBack
        Optional<String> name(long key) throws SQLException {
            return new OldNames(database).name(key);
        }

        @Operation
        void save(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            try (Connection session = database.getConnection()) {
                update(
                        session,
                        "insert into customer (id, full_name) values (?, ?) "
                                + "on conflict (id) do update set full_name = excluded.full_name",
                        key,
                        name);
            }
            ledger.acknowledge(key, name);
        }

        @Operation
        void remove(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            ledger.announce(key, null);
            try (Connection session = database.getConnection()) {
                update(session, "delete from customer where id = ?", key);
            }
            ledger.acknowledge(key, null);
        }
    }

    /** Counts hits. */
    abstract static class Counting {
        private final DataSource database;

        Counting(DataSource database) {
            this.database = database;
        }

        @ReadBack(total = true)
        long hits(long key) throws SQLException {
            try (Connection session = database.getConnection()) {
                return hits(session, "select hits from counter where id = ?", key);
            }
        }

        static long hits(Connection session, String sql, long key) throws SQLException {
            try (PreparedStatement query = session.prepareStatement(sql)) {
                query.setLong(1, key);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        }

        @Operation
        void count(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.shared();
            ledger.adding(key, 1);
            try (Connection session = database.getConnection()) {
                addOne(session, key);
            }
            ledger.acknowledgeAdded(key, 1);
        }

        abstract void addOne(Connection session, long key) throws SQLException;
    }

    /** The server adds. */
    static final class Adding extends Counting {
        Adding(DataSource database) {
            super(database);
        }

        @Override
        void addOne(Connection session, long key) throws SQLException {
            update(session, "update counter set hits = hits + 1 where id = ?", key);
        }
    }

    /** The application adds, which takes it a while. */
    static final class ReadingAndWriting extends Counting {
        ReadingAndWriting(DataSource database) {
            super(database);
        }

        @Override
        void addOne(Connection session, long key) throws SQLException {
            long found = hits(session, "select hits, pg_sleep(0.005) from counter where id = ?", key);
            update(session, "update counter set hits = ? where id = ?", found + 1, key);
        }
    }
}
