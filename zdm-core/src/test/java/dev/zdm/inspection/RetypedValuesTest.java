package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.TableData;
import dev.zdm.observation.UntouchedData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a column of each kind of type keeps and loses when it is retyped; all of them in one change on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetypedValuesTest {
    private static final String KEPT = "kept";
    private static final String LOST = "lost";
    private static final String DRIFTED = "drifted";

    private Map<String, TableData> tables;

    /**
     * One column that is retyped.
     *
     * @param type its type before
     * @param values its values, as a list for {@code VALUES}
     * @param alteration what stands after {@code ALTER COLUMN v}
     * @param outcome what becomes of the values
     */
    private record Retyped(String type, String values, String alteration, String outcome) {
        @Override
        public String toString() {
            return type + " " + alteration + " is " + outcome;
        }
    }

    private static Retyped row(String outcome, String type, String values, String alteration) {
        return new Retyped(type, values, "type " + alteration, outcome);
    }

    static List<Retyped> columns() {
        return List.of(
                row(KEPT, "int", "(1), (null), (-2147483648)", "bigint"),
                row(KEPT, "bigint", "(1), (null), (2147483647)", "int"),
                row(KEPT, "int", "(1), (null)", "text"),
                row(KEPT, "text", "('1'), (null), ('-7')", "int using v::int"),
                row(LOST, "text", "('1'), ('007')", "int using v::int"),
                row(KEPT, "numeric(10,2)", "(1.5), (null), (1234.05)", "numeric(12,4)"),
                row(KEPT, "numeric", "(1.5), (null), (100)", "numeric(10,2)"),
                row(LOST, "numeric(10,4)", "(1.5), (1.2345)", "numeric(10,2)"),
                row(LOST, "numeric", "(1.5), (2)", "int"),
                row(KEPT, "numeric", "(0.5), (2)", "float8"),
                row(LOST, "numeric", "(0.5), (0.12345678901234567890123)", "float8"),
                row(KEPT, "float8", "(0.1), (null), ('Infinity')", "text"),
                row(KEPT, "float8", "(0.1), (1e15)", "numeric"),
                row(KEPT, "float4", "(0.1), ('NaN')", "float8"),
                row(LOST, "float8", "(0.1), (0.25)", "float4"),
                row(KEPT, "varchar(10)", "('ab'), (null), (''), ('ä😀')", "varchar(20)"),
                row(KEPT, "varchar(10)", "('ab'), (null), ('')", "text"),
                row(LOST, "varchar(20)", "('ab'), ('abcdefghij')", "varchar(5) using left(v, 5)"),
                row(LOST, "varchar(20)", "('ab'), ('abcdefghij')", "varchar(5) using v::varchar(5)"),
                row(LOST, "varchar(5)", "('ab'), (null)", "text using v || 'cdefghi'"),
                row(LOST, "text", "(''), ('a')", "text using nullif(v, '')"),
                row(KEPT, "char(5)", "('ab'), (null)", "char(10)"),
                row(KEPT, "char(5)", "('ab'), (null)", "text"),
                row(KEPT, "text", "('ab'), (null)", "char(5)"),
                row(LOST, "text", "('ab  '), ('c')", "char(5)"),
                row(KEPT, "text", "('ä'), ('b')", "text collate \"C\""),
                row(KEPT, "state", "('on'), (null)", "text"),
                row(KEPT, "text", "('on'), (null)", "state using v::state"),
                row(KEPT, "state", "('on'), ('off')", "other_state using v::text::other_state"),
                row(LOST, "state", "('on'), ('off')", "boolean using v = 'on'"),
                row(KEPT, "pct", "(1), (100), (null)", "int"),
                row(
                        KEPT,
                        "timestamp",
                        "('2026-03-29 02:30:00.5'), (null), ('infinity')",
                        "timestamptz using v at time zone 'UTC'"),
                row(DRIFTED, "timestamp", "('2026-07-01 12:00')", "timestamptz using v at time zone 'Europe/Berlin'"),
                row(DRIFTED, "timestamptz", "('2026-07-01 12:00Z')", "timestamp using v at time zone 'Asia/Tokyo'"),
                row(LOST, "timestamp", "('2026-07-01 12:00:00.25')", "timestamp(0)"),
                row(LOST, "timestamptz", "('2026-07-01 12:00Z')", "date"),
                row(KEPT, "date", "('2026-07-01'), ('0044-03-15 BC')", "timestamp"),
                row(KEPT, "interval", "('1 mon 2 days'), (null)", "text"),
                row(
                        KEPT,
                        "json",
                        "('{\"b\" : 1.0, \"a\": [1, 2,  {\"c\": null}]}'), (null), ('\"x\"'), ('null')",
                        "jsonb"),
                row(LOST, "json", "('{\"a\": 1, \"a\": 2}'), ('{}')", "jsonb"),
                row(LOST, "json", "('{\"a\": 1, \"b\": 2}'), ('{\"a\": 1}')", "jsonb using v::jsonb - 'b'"),
                row(KEPT, "jsonb", "('{\"b\": 1, \"a\": 2}'), (null)", "text"),
                row(KEPT, "text", "('{\"b\": 1, \"a\": \"ü\"}'), (null)", "jsonb using v::jsonb"),
                row(KEPT, "bytea", "('\\x00ff'), (null)", "text"),
                row(KEPT, "cidr", "('10.0.0.0/8')", "inet"),
                row(LOST, "inet", "('10.1.2.3/8')", "cidr"),
                row(KEPT, "int[]", "('{1,2,null}'), (null)", "bigint[]"),
                row(KEPT, "uuid", "('3f0e4a52-92a5-4c3e-8d4e-0b7b1d2c3e4f')", "text"));
    }

    @BeforeAll
    void retypeAll() throws SQLException, InterruptedException {
        List<String> baseline = new ArrayList<>(List.of(
                "create type state as enum ('on', 'off')",
                "create type other_state as enum ('off', 'on', 'idle')",
                "create domain pct as int check (value between 0 and 100)"));
        List<String> change = new ArrayList<>();
        List<Retyped> columns = columns();
        for (int i = 0; i < columns.size(); i++) {
            Retyped column = columns.get(i);
            baseline.add("create table t" + i + " (id int generated always as identity primary key, v " + column.type()
                    + ")");
            baseline.add("insert into t" + i + " (v) select v::" + column.type() + " from (values " + column.values()
                    + ") as s (v)");
            change.add("alter table t" + i + " alter column v " + column.alteration());
        }
        UntouchedData data = DataChange.of(baseline).by(change);
        assertThat(data.failure()).isNull();
        tables = data.tables().stream()
                .collect(Collectors.toMap(table -> table.table().name(), Function.identity()));
    }

    @AfterAll
    void forget() {
        tables = Map.of();
    }

    static Stream<Retyped> each() {
        return columns().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("each")
    void aRetypedColumnKeepsItsValuesOrDoesNot(Retyped column) {
        TableData table = tables.get("t" + columns().indexOf(column));

        assertThat(outcome(table)).as(table.toString()).isEqualTo(column.outcome());
        assertThat(table.missing() + table.added()).isZero();
    }

    private static String outcome(TableData table) {
        if (table.isSame()) {
            return KEPT;
        }
        return table.columns().stream().anyMatch(ColumnData::isLoss) ? LOST : DRIFTED;
    }
}
