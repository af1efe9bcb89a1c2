package dev.zdm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.postgres.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProductionSizeTest {
    private static final RehearsalPlan PLAN = RehearsalPlan.named("sizes", Baseline.ofSql("create table customer ()"));

    @Test
    void anExportIsReadLineByLine() {
        String export = """
                schema,table,rows,pages
                public,customer,40000000,800000
                sales,"Bestellung, alt",0,0
                public,\"say \"\"hi\"\"\",7,1
                """;

        assertThat(ProductionFigures.parse(export, "p.csv"))
                .containsExactly(
                        new ProductionSize(new TableName("public", "customer"), 40_000_000, 800_000, "p.csv:2"),
                        new ProductionSize(new TableName("sales", "Bestellung, alt"), 0, 0, "p.csv:3"),
                        new ProductionSize(new TableName("public", "say \"hi\""), 7, 1, "p.csv:4"));
    }

    @Test
    void anExportIsReadFromAFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("production.csv");
        Files.writeString(file, "schema,table,rows,pages\r\npublic,straße,12,1\r\n");

        assertThat(ProductionFigures.read(file))
                .containsExactly(new ProductionSize(new TableName("public", "straße"), 12, 1, "production.csv:2"));
        assertThatThrownBy(() -> ProductionFigures.read(directory.resolve("none.csv")))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith(
                        "the production figures in " + directory.resolve("none.csv") + " cannot be read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                         | 1 | the header schema,table,rows,pages, found an empty file",
                "table,rows                 | 1 | the header schema,table,rows,pages, found 'table,rows'",
                "H;a,b,1                    | 2 | 4 values (schema,table,rows,pages), found 3 in 'a,b,1'",
                "H;a,b,1,2,                 | 2 | 4 values (schema,table,rows,pages), found 5 in 'a,b,1,2,'",
                "H;a,b,1,2;;a,c,1,1         | 3 | 4 values (schema,table,rows,pages), found 1 in nothing",
                "H;,b,1,2                   | 2 | the names of a schema and a table, found ',b,1,2'",
                "H;a,b,4e+07,2              | 2 | a whole number of at least 0 for rows, found '4e+07'",
                "H;a,b,,2                   | 2 | a whole number of at least 0 for rows, found nothing",
                "H;a,b,1,-1                 | 2 | a whole number of at least 0 for pages (a negative one means that the "
                        + "table was never analysed: run ANALYZE in production, or leave the line out), found '-1'",
                "H;a,\"b,1,2                | 2 | values between commas, in double quotes as a whole or not at all, "
                        + "found 'a,\"b,1,2'",
                "H;a,\"b\"c,1,2             | 2 | values between commas, in double quotes as a whole or not at all, "
                        + "found 'a,\"b\"c,1,2'",
            })
    void aLineThatIsNotAsItShouldBeIsNamed(String lines, int line, String mistake) {
        String text = lines.replace("H", "schema,table,rows,pages").replace(";", "\n");

        assertThatThrownBy(() -> ProductionFigures.parse(text, "p.csv"))
                .isInstanceOf(PlanException.class)
                .hasMessage("production figures p.csv:" + line + ": expected " + mistake);
    }

    @Test
    void aSizeGivenTwiceIsAMistake() {
        RehearsalPlan once = PLAN.withProductionSize("customer", 5);

        assertThatThrownBy(() -> once.withProductionSize("Customer", 6))
                .isInstanceOf(PlanException.class)
                .hasMessage("the production size of table 'customer' is given twice: 5 rows and 6 rows");
        assertThatThrownBy(() -> ProductionFigures.parse("schema,table,rows,pages\na,b,1,1\na,b,2,1", "p.csv"))
                .isInstanceOf(PlanException.class)
                .hasMessage("the production size of table 'a.b' is given twice: 1 rows (p.csv:2) and 2 rows (p.csv:3)");
    }

    @Test
    void whatIsStatedMayCorrectWhatIsExported() {
        List<ProductionSize> exported = List.of(new ProductionSize(new TableName(null, "customer"), 5, 1, "p.csv:2"));

        assertThat(PLAN.withProductionSizes(exported)
                        .withProductionSize("customer", 50)
                        .productionSizes())
                .hasSize(2);
    }

    @Test
    void aSizeNeedsANameAndARow() {
        assertThatThrownBy(() -> ProductionSize.of("a b", 1))
                .isInstanceOf(PlanException.class)
                .hasMessage("a production size needs the name of a table, such as customer, sales.customer or "
                        + "\"Customer\", found 'a b'");
        assertThatThrownBy(() -> ProductionSize.of("customer", 0))
                .isInstanceOf(PlanException.class)
                .hasMessage("the production size of table 'customer' must be at least 1 row, found 0");
    }
}
