package dev.zdm.inspection;

import dev.zdm.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Opens the sessions over which data are compared: both give the same value the same text. */
final class ComparedSession {
    private static final int FETCHED = 2000;

    // The driver sets the time zone of its JVM; what holds for everybody else is in the files or set for the database.
    private static final String TIME_ZONE = """
            select substring(setting from position('=' in setting) + 1) from (
                select unnest(setconfig) as setting, setdatabase from pg_db_role_setting
                where setrole = 0 and setdatabase in (0, (select oid from pg_database where datname = current_database()))
            ) as set_for_all where setting ilike 'timezone=%' order by setdatabase desc limit 1
            """;
    private static final String TIME_ZONE_OF_FILES =
            "select setting from pg_file_settings where lower(name) = 'timezone' and applied order by seqno desc limit 1";

    /**
     * What a JSON value means, as text: without its layout and the order of its keys. Keys that stand in it twice do so in
     * the text, where jsonb keeps the last of them only.
     */
    private static final String JSON = """
            create or replace function pg_temp.zdm_json(j json) returns text language plpgsql immutable strict as $$
            begin
              case json_typeof(j)
                when 'object' then return '{' || coalesce((
                    select string_agg(pair, ',' order by pair collate "C")
                    from (select to_json(key)::text || ':' || pg_temp.zdm_json(value) as pair from json_each(j)) as p),
                    '') || '}';
                when 'array' then return '[' || coalesce((
                    select string_agg(pg_temp.zdm_json(value), ',' order by n)
                    from json_array_elements(j) with ordinality as e(value, n)), '') || ']';
                when 'number' then return trim_scale((j #>> '{}')::numeric)::text;
                when 'string' then return to_json(j #>> '{}')::text;
                else return coalesce(j #>> '{}', 'null');
              end case;
            end $$
            """;

    private ComparedSession() {}

    /** Opens a session in a transaction, so that rows are streamed. */
    static Connection open(Database database) throws SQLException {
        Connection connection = QuietSessions.of(database).getConnection();
        try (Statement statement = connection.createStatement()) {
            String zone = zone(statement, TIME_ZONE);
            zone = zone == null ? zone(statement, TIME_ZONE_OF_FILES) : zone;
            if (zone != null) {
                statement.execute("set timezone = '" + zone.replace("'", "''") + "'");
            }
            statement.execute("set extra_float_digits = 1; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';"
                    + " set bytea_output = 'hex'; set xmloption = 'content'; set jit = off; set statement_timeout = 0;"
                    + " set search_path = pg_catalog; set row_security = on; set work_mem = '64MB'");
            statement.execute(JSON);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static @Nullable String zone(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? unquoted(row.getString(1)) : null;
        } catch (SQLException e) {
            return null; // Not everybody may read the server's files; the driver's time zone holds for both sides.
        }
    }

    private static String unquoted(String setting) {
        return setting.replace("\"", "").replace("'", "");
    }

    /** Makes a statement whose rows are fetched little by little. */
    static Statement streaming(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setFetchSize(FETCHED);
        return statement;
    }
}
