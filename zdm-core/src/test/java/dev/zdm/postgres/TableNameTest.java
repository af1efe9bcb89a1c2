package dev.zdm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
    @Test
    void namesOutsideOfQuotesBecomeSmallAsTheServerMakesThem() {
        assertThat(TableName.parse("Customer")).isEqualTo(new TableName(null, "customer"));
        assertThat(TableName.parse(" Sales.Order_Line ")).isEqualTo(new TableName("sales", "order_line"));
        assertThat(TableName.parse("StraßeÄ")).isEqualTo(new TableName(null, "straßeÄ"));
    }

    @Test
    void namesInQuotesStayAsTheyAre() {
        assertThat(TableName.parse("\"Customer\"")).isEqualTo(new TableName(null, "Customer"));
        assertThat(TableName.parse("\"a.b\".\"say \"\"hi\"\"\"")).isEqualTo(new TableName("a.b", "say \"hi\""));
        assertThat(TableName.parse("sales.\"日本\"")).isEqualTo(new TableName("sales", "日本"));
    }

    @Test
    void namesAreQuotedWhereSqlNeedsIt() {
        assertThat(TableName.parse("sales.customer")).hasToString("sales.customer");
        assertThat(new TableName("public", "say \"hi\"")).hasToString("public.\"say \"\"hi\"\"\"");
        assertThat(new TableName(null, "Straße")).hasToString("\"Straße\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a.b.c", "1a", "\"a", "\"\"", "a;drop table b", "a.", ".a"})
    void whatIsNoNameIsSaidSo(String text) {
        assertThatThrownBy(() -> TableName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not the name of a table");
    }
}
