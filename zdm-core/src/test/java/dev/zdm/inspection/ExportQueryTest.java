package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.plan.ProductionFigures;
import dev.zdm.rehearsal.TestServer;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The query that the documents tell users to run in production makes a file that zdm reads. */
class ExportQueryTest {
    private static final Pattern SQL = Pattern.compile("(?s)```sql\n(.*?)```");

    @Test
    void whatTheQueryExportsCanBeRead() throws SQLException, IOException {
        String document = Files.readString(Path.of("../docs/production-size.md"));
        Matcher query = SQL.matcher(document);
        assertThat(query.find()).isTrue();

        try (Database database = TestServer.get().fresh("export", empty -> {});
                Connection connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create schema \"Größe\"");
            statement.execute("create table \"Größe\".\"a, \"\"b\"\"\" (id int)");
            statement.execute("create table event (id int) partition by range (id)");
            statement.execute("create table event_1 partition of event for values from (0) to (20)");
            statement.execute("create table event_2 partition of event for values from (20) to (99)");
            statement.execute("insert into event select generate_series(1, 50)");
            statement.execute("analyze");
            statement.execute("create table never_analysed (id int)");

            StringWriter file = new StringWriter();
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(query.group(1), file);

            assertThat(ProductionFigures.parse(file.toString(), "production.csv"))
                    .extracting(size -> size.table() + " " + size.rows() + " " + size.pages())
                    .containsExactly("\"Größe\".\"a, \"\"b\"\"\" 0 0", "public.event 50 2");
        }
    }
}
