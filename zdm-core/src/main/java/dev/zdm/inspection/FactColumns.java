package dev.zdm.inspection;

import dev.zdm.database.Database;
import dev.zdm.inspection.DataCatalog.Column;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.workload.Fact;
import dev.zdm.workload.Facts;
import dev.zdm.workload.QuietWrites;
import dev.zdm.workload.SharedSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether facts depend on a column, or on whole rows: they are changed, in a transaction that is rolled back,
 * and the facts are read again. What a fact depends on is kept if the fact is.
 */
final class FactColumns implements AutoCloseable {
    private final Connection session;
    private final QuietWrites writes;
    private final Facts facts;
    private final List<Fact> kept;
    private final @Nullable List<@Nullable Object> usual;
    private final boolean anyMay;

    private FactColumns(Connection session, QuietWrites writes, Facts facts, List<Fact> kept, boolean anyMay) {
        this.session = session;
        this.anyMay = anyMay && !kept.isEmpty();
        this.writes = writes;
        this.facts = facts;
        this.kept = kept;
        this.usual = kept.isEmpty() || anyMay ? null : writes.read(facts, kept);
    }

    /**
     * Opens a session. A service has sessions of its own, which do not see what a transaction changes here: any column may
     * be one that its facts depend on, and the facts themselves tell what was lost.
     *
     * @param version the version whose facts are read
     * @param kept those of its facts that are compared after the rollback
     */
    static FactColumns open(ApplicationVersion version, QuietWrites writes, List<Fact> kept, Database database)
            throws SQLException {
        Connection session = QuietSessions.of(database).getConnection();
        try {
            session.setAutoCommit(false);
            if (version instanceof ApplicationVersion.OfService) {
                return new FactColumns(session, writes, Facts.none(), kept, true);
            }
            SharedSession shared = new SharedSession();
            shared.use(session);
            return new FactColumns(session, writes, Facts.bind(version, shared), kept, false);
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Returns whether a fact depends on the values of a column. */
    boolean dependOn(WrittenValues values, Column column, DataCatalog catalog) throws SQLException {
        String name = "\"" + column.name().replace("\"", "\"\"") + "\"";
        for (String other : others(name, column, catalog)) {
            if (differsAfter(
                    "update " + values.table().source() + " set " + name + " = " + other + values.where(), values)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a fact depends on the rows. */
    boolean dependOnRows(WrittenValues values) throws SQLException {
        return differsAfter("delete from " + values.table().source() + values.where(), values);
    }

    private static List<String> others(String name, Column column, DataCatalog catalog) {
        List<String> others = new ArrayList<>(List.of("null"));
        DataCatalog.ValueType type = catalog.types().get(catalog.baseOf(column.type()));
        switch (type == null ? ' ' : type.category()) {
            case 'S' -> others.add(name + " || 'x'");
            case 'N' -> others.add(name + " + 1");
            case 'D' -> others.add(name + " + interval '1 day'");
            case 'B' -> others.add("not " + name);
            default -> {
                return others;
            }
        }
        return others;
    }

    private boolean differsAfter(String change, WrittenValues values) throws SQLException {
        if (usual == null) {
            return anyMay;
        }
        Savepoint before = session.setSavepoint();
        try (PreparedStatement statement = session.prepareStatement(change)) {
            session.createStatement().execute(Shrinking.SILENCE_TRIGGERS_IF_ALLOWED);
            statement.setArray(1, values.keys(session));
            statement.executeUpdate();
            List<@Nullable Object> now = writes.read(facts, kept);
            return now == null ? !TransactionBlocks.isFailed(session) : !Objects.equals(now, usual);
        } catch (SQLException e) {
            return false; // Such a value cannot be there.
        } finally {
            session.rollback(before);
        }
    }

    @Override
    public void close() throws SQLException {
        facts.close();
        session.rollback();
        session.close();
    }
}
