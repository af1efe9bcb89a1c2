import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Generates a release's jOOQ classes from an embedded PostgreSQL that Flyway has migrated as far as the release goes; does
 * nothing if they are newer than the migrations.
 *
 * <p>Run by the build in the directory of the release's module as {@code java GenerateJooq.java <target directory>}.
 */
final class GenerateJooq {
    private static final Path PROGRAM = Path.of("../zdm-sample-app/src/codegen/java");
    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    private GenerateJooq() {}

    public static void main(String[] args) throws Exception {
        Path target = Path.of(args[0]);
        if (isUpToDate(target)) {
            return;
        }
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        try (EmbeddedServer server =
                        EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
                Database empty = server.fresh("jooq", database -> {})) {
            DataSource database = sessions(empty);
            migrate(database);
            generate(database, target);
        }
    }

    private static DataSource sessions(Database database) {
        PGSimpleDataSource sessions = new PGSimpleDataSource();
        sessions.setURL(database.jdbcUrl());
        sessions.setUser(database.credentials().getProperty("user"));
        return sessions;
    }

    private static void migrate(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + MIGRATIONS)
                .load()
                .migrate();
    }

    private static void generate(DataSource database, Path target) throws Exception {
        GenerationTool tool = new GenerationTool();
        tool.setDataSource(database);
        tool.run(new Configuration()
                .withLogging(Logging.WARN)
                .withGenerator(new Generator()
                        .withDatabase(new org.jooq.meta.jaxb.Database()
                                .withInputSchema("public")
                                .withOutputSchemaToDefault(true)
                                .withIncludeRoutines(false)
                                .withExcludes("flyway_schema_history"))
                        .withGenerate(new Generate().withRecords(true).withGlobalObjectReferences(true))
                        .withTarget(new Target()
                                .withPackageName("dev.zdm.sample.db")
                                .withDirectory(target.toString()))));
    }

    private static boolean isUpToDate(Path target) throws IOException {
        Optional<FileTime> oldest = modified(target).min(Comparator.naturalOrder());
        FileTime newest = Stream.of(PROGRAM, MIGRATIONS)
                .flatMap(GenerateJooq::modified)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return oldest.isPresent() && oldest.get().compareTo(newest) > 0;
    }

    private static Stream<FileTime> modified(Path directory) {
        if (!Files.exists(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).map(GenerateJooq::lastModified).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime lastModified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
