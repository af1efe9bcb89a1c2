package dev.zdm.database;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Copies the data directory of a running server, for a standby to begin with.
 *
 * <p>The write-ahead log is not copied: the standby gets it from the primary, which must keep it from the begin of the
 * copy on.
 *
 * @param primary opens sessions on the server
 * @param major the server's major version
 * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">Making a
 *     Base Backup Using the Low Level API</a>
 */
record BaseBackup(AdminSessions primary, int major) {
    private static final int FIRST_WITH_NEW_NAMES = 15;

    /** What a standby makes anew, or must not have; the directories themselves must be there. */
    private static final Set<String> LEFT_OUT = Set.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans",
            "pg_wal");

    private static final Set<String> OF_THE_PROCESS = Set.of("postmaster.pid", "postmaster.opts");

    /**
     * Copies a data directory to a place where nothing is yet, with the file that says where recovery begins.
     *
     * <p>The copy is not consistent until it has recovered. What the server removes meanwhile may be missing in it.
     */
    void take(Path data, Path target) throws SQLException, IOException {
        // The backup ends with the session that began it.
        try (Connection session = primary.open();
                Statement statement = session.createStatement()) {
            statement.execute(
                    major < FIRST_WITH_NEW_NAMES
                            ? "SELECT pg_start_backup('zdm standby', true, false)"
                            : "SELECT pg_backup_start('zdm standby', true)");
            Files.walkFileTree(data, new Copying(data, target));
            String stop = major < FIRST_WITH_NEW_NAMES ? "pg_stop_backup(false, false)" : "pg_backup_stop(false)";
            try (ResultSet row = statement.executeQuery("SELECT labelfile FROM " + stop)) {
                row.next();
                Files.writeString(target.resolve("backup_label"), row.getString(1));
            }
        }
    }

    /** Goes on where a file has vanished. */
    private static final class Copying extends SimpleFileVisitor<Path> {
        private final Path source;
        private final Path target;

        Copying(Path source, Path target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Path relative = source.relativize(directory);
            Files.copy(directory, target.resolve(relative), COPY_ATTRIBUTES);
            return LEFT_OUT.contains(relative.toString()) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Path relative = source.relativize(file);
            if (!OF_THE_PROCESS.contains(relative.toString())) {
                try {
                    Files.copy(file, target.resolve(relative), COPY_ATTRIBUTES);
                } catch (NoSuchFileException e) {
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
