package dev.zdm.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No two values are equal, all fit, and some of them are what careless SQL gets wrong. */
class DistinctValuesTest {
    private static Column column(String type, char category, int modifier) {
        return new Column("c", type, category, modifier, List.of(), false, false, false, null);
    }

    private static List<String> texts(Column column, int count) {
        return Stream.generate(new DistinctValues(column)::text).limit(count).toList();
    }

    @Test
    void textsAreDistinctAlsoWithoutTheirBlanks() {
        List<String> texts = texts(column("text", 'S', -1), 10_000);

        assertThat(texts).doesNotHaveDuplicates();
        assertThat(texts.stream().map(String::strip)).doesNotHaveDuplicates();
        assertThat(texts).anyMatch(text -> text.length() == 1000).anyMatch(text -> text.endsWith(" "));
        assertThat(texts).anyMatch(text -> text.startsWith(" ")).anyMatch(text -> text.contains("'"));
    }

    @Test
    void textsFit() {
        List<String> texts = texts(column("varchar", 'S', 12 + 4), 10_000);

        assertThat(texts).doesNotHaveDuplicates().allMatch(text -> text.codePointCount(0, text.length()) <= 12);
        assertThat(texts(column("varchar", 'S', 3 + 4), 1000)).allMatch(text -> text.length() <= 3);
    }

    /** PostgreSQL pads a {@code char}: what is shorter would be read otherwise than it was written. */
    @Test
    void fixedLengthsAreFilled() {
        assertThat(texts(column("bpchar", 'S', 10 + 4), 100))
                .doesNotHaveDuplicates()
                .allMatch(text -> text.length() == 10 && !text.endsWith(" "));
    }

    @Test
    void numbersAreDistinctAndFit() {
        assertNumbers(column("int2", 'N', -1), Short.MAX_VALUE);
        assertNumbers(column("int4", 'N', -1), Integer.MAX_VALUE);
        assertNumbers(column("int8", 'N', -1), Long.MAX_VALUE);
        assertNumbers(column("numeric", 'N', (8 << 16 | 2) + 4), 999_999);
    }

    private static void assertNumbers(Column column, long most) {
        DistinctValues values = new DistinctValues(column);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            long number = values.number();
            assertThat(number).isBetween(-most, most);
            assertThat(seen.add(number)).as("%s again", number).isTrue();
        }
        assertThat(seen).contains(1L, -1L, most, -most);
    }
}
