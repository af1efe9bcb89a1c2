package dev.zdm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

class SqlScriptTest {
    private static final String SCRIPT = """
            -- A comment; with a semicolon.
            create table t (v text default 'a;b');

            /* a block /* nested; */ comment */
            create function f() returns int language plpgsql as $body$
            begin
              return 1; -- not the end
            end $body$;
            insert into t values ($$x;y$$), ('it''s');
            -- The end.
            """;

    @Test
    void statementsKeepTheirTextAndTheLineOfTheirFirstWord() {
        assertThat(SqlScript.split("V1.sql", SCRIPT))
                .extracting(
                        SqlStatement::position,
                        statement -> statement.text().lines().findFirst().orElse(""))
                .containsExactly(
                        tuple("V1.sql:2", "create table t (v text default 'a;b')"),
                        tuple("V1.sql:5", "create function f() returns int language plpgsql as $body$"),
                        tuple("V1.sql:9", "insert into t values ($$x;y$$), ('it''s')"));
    }

    @Test
    void theBodyOfAFunctionStaysWhole() {
        assertThat(SqlScript.split("V1.sql", SCRIPT).get(1).text()).endsWith("end $body$");
    }

    @Test
    void equalStatementsGetTheirOwnLines() {
        assertThat(SqlScript.split("s", "select 1;\nselect 1;\nselect 1"))
                .extracting(SqlStatement::line)
                .containsExactly(1, 2, 3);
    }

    @Test
    void aScriptOfCommentsHasNoStatement() {
        assertThat(SqlScript.split("s", "-- nothing\n/* here */\n")).isEmpty();
    }

    @Test
    void aSummaryIsOneLine() {
        SqlStatement statement = new SqlStatement("select 1,\n      2 " + "x".repeat(200), "s", 1);

        assertThat(statement.summary())
                .startsWith("select 1, 2 xxx")
                .hasSize(100)
                .endsWith(" …");
    }
}
