package dev.zdm.rehearsal;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.SqlOperation;
import dev.zdm.plan.Tolerance;
import dev.zdm.report.TextReport;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * A JVM that rehearses a change whose commit waits for the disk, and says the verdict. Its arguments are the directory in
 * which a file system of its own is mounted, and how many rows the change writes before it takes its lock.
 */
final class FrozenCommit {
    private static final int FROZEN_MILLIS = 1500;

    /** In which commands are started, on a machine with other work. */
    private static final Duration TOLERANCE = Duration.ofMillis(500);

    private FrozenCommit() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) {
        String directory = arguments[0];
        String rows = arguments[1];
        Change change = Change.code("add a column while the disk is busy", database -> {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                execute(
                        connection,
                        "insert into log select g, repeat('x', 100) from generate_series(1, " + rows + ") g");
                execute(connection, "alter table item add column note text");
                commitFrozen(connection, directory);
            }
        });
        RehearsalPlan plan = RehearsalPlan.named(
                        "frozen",
                        Baseline.ofSql(
                                "create table item (id int primary key, price int)",
                                "insert into item select g, g from generate_series(1, 1000) g",
                                "create table log (id int, line text)"))
                .withVersions(
                        ApplicationVersion.ofSql(SqlOperation.of("look", "select count(*) from item where id < 9")),
                        ApplicationVersion.absent())
                .withTolerance(Tolerance.DEFAULT.withLockWait(TOLERANCE))
                .withPhase(Phase.of("expand", change));
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            System.out.println(TextReport.of(Rehearsal.run(plan, server)));
        }
    }

    private static void commitFrozen(Connection connection, String directory)
            throws SQLException, InterruptedException {
        Thread thaw = new Thread(() -> {
            pause();
            freeze(directory, "-u");
        });
        freeze(directory, "-f");
        thaw.start();
        connection.commit();
        thaw.join();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void freeze(String directory, String how) {
        try {
            new ProcessBuilder("fsfreeze", how, directory).start().waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(FROZEN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
