package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log files of a server whose directory is out of reach, through a session of its own: it needs the rights of
 * a superuser. It goes from one file to the next in the order of their names.
 *
 * <p>Like {@link LogTail} it looks for a next file every {@value #LOOK_MILLIS} ms only. A session that breaks, as when
 * the server is started anew, is opened again by the next call; nothing is left out.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE">Generic File
 *     Access Functions</a>
 */
final class SqlLogTail implements ServerLog {
    private static final Logger LOG = LoggerFactory.getLogger(SqlLogTail.class);
    private static final int CHUNK = 1 << 16;
    private static final int LOOK_MILLIS = 100;
    private static final String READ =
            "SELECT pg_read_binary_file(current_setting('log_directory') || '/' || ?, ?, " + CHUNK + ")";
    private static final String FILES =
            "SELECT name, size FROM pg_ls_logdir() WHERE name LIKE '%' || ? AND name COLLATE \"C\" >= ?"
                    + " ORDER BY name COLLATE \"C\"";

    /** What the reader does must not be what it reads. */
    private static final List<String> SILENCE = List.of(
            "SET log_statement = none",
            "SET log_min_duration_statement = -1",
            "SET log_min_duration_sample = -1",
            "SET log_duration = off");

    private final AdminSessions sessions;
    private final LogFormat format;
    private final LogRecords records;
    private final LongSupplier nanoTime;
    private @Nullable Session session;
    private long lookAgain;
    private String file = "";
    private long position;

    private SqlLogTail(AdminSessions sessions, LogFormat format, LongSupplier nanoTime) {
        this.sessions = sessions;
        this.format = format;
        this.records = new LogRecords(format);
        this.nanoTime = nanoTime;
        this.lookAgain = nanoTime.getAsLong();
    }

    /**
     * Returns a reader of what will be written from now on.
     *
     * @throws DatabaseException if the log cannot be read
     */
    static SqlLogTail fromEnd(AdminSessions sessions, LogFormat format) {
        SqlLogTail tail = new SqlLogTail(sessions, format, System::nanoTime);
        try {
            for (LogFile last : tail.session().files(format, "")) {
                tail.file = last.name();
                tail.position = last.size();
            }
            return tail;
        } catch (SQLException e) {
            throw tail.unreadable(e);
        }
    }

    /** A log file; its size is in bytes. */
    private record LogFile(String name, long size) {}

    @Override
    public List<LogEntry> poll() {
        List<LogEntry> entries = new ArrayList<>();
        try {
            readInto(entries);
            long now = nanoTime.getAsLong();
            if (now - lookAgain >= 0) {
                lookAgain = now + TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
                goOn(entries);
            }
            return entries;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private void readInto(List<LogEntry> entries) throws SQLException {
        if (file.isEmpty()) {
            return;
        }
        byte[] read;
        do {
            read = session().read(file, position);
            position += read.length;
            records.take(read, entries);
        } while (read.length == CHUNK);
    }

    private void goOn(List<LogEntry> entries) throws SQLException {
        for (LogFile found : session().files(format, file)) {
            if (!found.name().equals(file)) {
                // Now that there is another file this one is complete; it may have grown since it was read.
                readInto(entries);
                records.endOfFile();
                file = found.name();
                position = 0;
            } else if (found.size() < position) {
                // The file was emptied under the server's hands, which goes on at its begin.
                records.lose();
                records.endOfFile();
                position = 0;
            }
            readInto(entries);
        }
    }

    private Session session() throws SQLException {
        Session open = session;
        if (open == null) {
            open = Session.open(sessions);
            session = open;
        }
        return open;
    }

    private DatabaseException unreadable(SQLException cause) {
        close();
        return new DatabaseException("the server's log cannot be read through SQL: " + cause.getMessage(), cause);
    }

    @Override
    public long lost() {
        return records.lost();
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    /** A session with the two queries, each a transaction of its own. */
    private record Session(Connection connection, PreparedStatement read, PreparedStatement files) {
        static Session open(AdminSessions sessions) throws SQLException {
            Connection connection = sessions.open();
            try (Statement statement = connection.createStatement()) {
                for (String setting : SILENCE) {
                    statement.execute(setting);
                }
                return new Session(connection, connection.prepareStatement(READ), connection.prepareStatement(FILES));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        byte[] read(String file, long position) throws SQLException {
            read.setString(1, file);
            read.setLong(2, position);
            try (ResultSet row = read.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        }

        List<LogFile> files(LogFormat format, String from) throws SQLException {
            files.setString(1, format.suffix());
            files.setString(2, from);
            List<LogFile> found = new ArrayList<>();
            try (ResultSet rows = files.executeQuery()) {
                while (rows.next()) {
                    found.add(new LogFile(rows.getString(1), rows.getLong(2)));
                }
            }
            return found;
        }

        void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("the session that read the log was closed already", e);
            }
        }
    }
}
