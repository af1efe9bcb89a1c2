package dev.zdm.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The queries of {@code schema.sql}, whole. */
final class SchemaQueries {
    private static final String SCHEMAS =
            "(select * from pg_namespace where nspname !~ '^(pg_|zdm_|zdm$)'" + " and nspname <> 'information_schema')";

    private static final String RELATIONS = "(select r.*, case when s.nspname = 'public' then ''"
            + " else quote_ident(s.nspname) || '.' end || quote_ident(r.relname) as called"
            + " from pg_class r join " + SCHEMAS + " s on s.oid = r.relnamespace"
            + " where lower(r.relname) not in ('flyway_schema_history', 'databasechangelog', 'databasechangeloglock')"
            + " and not exists (select from pg_depend d"
            + " where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype = 'e'))";

    private static final String GRANTS = "(select string_agg(held, '; ' order by held) from (select"
            + " case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee)::text end || ' '"
            + " || string_agg(g.privilege_type || case when g.is_grantable then ' with grant option' else '' end,"
            + " ', ' order by g.privilege_type, g.is_grantable) as held from aclexplode($1) g group by g.grantee) held)";

    static final String COLUMN_ORDER = filled("select c.called, quote_ident(a.attname) from {relations} c"
            + " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            + " where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') order by c.called, a.attnum");

    private SchemaQueries() {}

    static List<SqlStatement> facts() {
        try (InputStream script = Objects.requireNonNull(SchemaQueries.class.getResourceAsStream("schema.sql"))) {
            return SqlScript.split("schema.sql", filled(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String filled(String sql) {
        return sql.replaceAll("\\{grants:([^}]*)}", GRANTS)
                .replace("{schemas}", SCHEMAS)
                .replace("{relations}", RELATIONS);
    }
}
