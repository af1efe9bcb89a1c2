package dev.zdm.report;

import static dev.zdm.report.Format.count;
import static dev.zdm.report.Format.number;

import dev.zdm.observation.ColumnData;
import dev.zdm.observation.ColumnData.Difference;
import dev.zdm.observation.SequenceData;
import dev.zdm.observation.TableData;
import dev.zdm.observation.UntouchedData;
import dev.zdm.verdict.NumbersTaken;
import dev.zdm.verdict.RowsGone;
import dev.zdm.verdict.TouchedMore;
import dev.zdm.verdict.ValuesChanged;
import dev.zdm.verdict.ValuesDropped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts into words what became of the data that were there. */
final class DataWording {
    private static final String INDENT = "\n              ";
    private static final int MOST_SHOWN = 3;

    private DataWording() {}

    static Words of(RowsGone finding) {
        return Wording.words(
                finding,
                "data loss · " + finding.table().table(),
                "no table loses rows that a running version can still look for",
                found(finding));
    }

    static Words of(ValuesChanged finding) {
        return Wording.words(
                finding,
                Wording.lossOrDrift(finding) + finding.table().table(),
                "what the change does not write to keeps its value, in the type that it had",
                found(finding));
    }

    static Words of(TouchedMore finding) {
        return Wording.words(
                finding, "touched more than planned · " + finding.table().table(), allowed(finding), found(finding));
    }

    static Words of(NumbersTaken finding) {
        SequenceData sequence = finding.sequence();
        String one = sequence.taken() == 1 ? " has that number" : " have numbers from it on";
        String column = sequence.table() + "." + sequence.column();
        return Wording.words(
                finding,
                Wording.lossOrDrift(finding) + column,
                "no sequence gives a number that a row has",
                sequence.sequence() + " gives " + sequence.next() + " next, but " + count(sequence.taken(), "row")
                        + " of " + sequence.table() + one + INDENT + "the numbers of " + column
                        + " that will be given again: "
                        + sequence.lowest() + " to " + sequence.highest());
    }

    static Words of(ValuesDropped finding) {
        return Wording.words(
                finding,
                "data loss · " + finding.table().table(),
                "nothing is dropped with values that no invariant has compared with a successor's",
                found(finding));
    }

    private static String found(RowsGone finding) {
        TableData table = finding.table();
        if (table.now() == null) {
            return table.table() + " is gone, it had " + count(table.rows(), "row");
        }
        String gone = table.lost() == table.rows()
                ? table.table() + " had " + count(table.rows(), "row") + " and has none of them"
                : number(table.lost()) + " of " + count(table.rows(), "row") + " of " + table.table() + " are gone";
        String instead = table.replaced() ? ", which is another table now" : "";
        return gone + instead + first(table);
    }

    private static String first(TableData table) {
        return table.firstMissing().isEmpty()
                ? ""
                : INDENT + "the first: "
                        + table.firstMissing().stream()
                                .limit(MOST_SHOWN)
                                .map(key -> table.keyed() ? "key " + key : key)
                                .collect(Collectors.joining(" | "));
    }

    private static String found(ValuesChanged finding) {
        return finding.columns().stream()
                .map(column -> changed(column, finding.table()))
                .collect(Collectors.joining(INDENT));
    }

    private static String changed(ColumnData column, TableData table) {
        String nulls = column.turnedNull() == 0 ? "" : ", " + number(column.turnedNull()) + " of them NULL now";
        return "column " + name(column) + types(column) + " has other values in " + number(column.differing()) + " of "
                + count(table.rows(), "row") + nulls + differences(column);
    }

    private static String name(ColumnData column) {
        return column.name().equals(column.now()) ? column.name() : column.name() + " (now " + column.now() + ")";
    }

    private static String types(ColumnData column) {
        return switch (column.origin()) {
            case SAME ->
                column.type().equals(column.typeNow()) ? "" : ", " + column.type() + " to " + column.typeNow() + ",";
            case OTHER -> ", another one than before,";
            case NEW -> ", made anew,";
        };
    }

    private static String differences(ColumnData column) {
        return column.first().stream()
                .limit(MOST_SHOWN)
                .map(DataWording::words)
                .map(words -> INDENT + words)
                .collect(Collectors.joining());
    }

    private static String words(Difference difference) {
        return "key " + difference.key() + ": " + value(difference.before()) + " became " + value(difference.after());
    }

    private static String value(@Nullable String text) {
        return text == null ? "NULL" : "'" + text + "'";
    }

    private static String found(TouchedMore finding) {
        List<String> words = new ArrayList<>();
        if (finding.rows()) {
            words.add(rows(finding.table()));
        }
        finding.columns().forEach(column -> words.add(changed(column, finding.table())));
        return String.join(INDENT, words);
    }

    private static String rows(TableData table) {
        List<String> words = new ArrayList<>();
        if (table.added() > 0) {
            words.add(count(table.added(), "row") + " added");
        }
        if (table.missing() > table.lost()) {
            words.add(count(table.missing() - table.lost(), "row") + " deleted");
        }
        return String.join(", ", words);
    }

    private static String allowed(TouchedMore finding) {
        return finding.allowed().isEmpty()
                ? "the change writes to none of the data that are there"
                : "of the data that are there the change writes only to " + String.join(", ", finding.allowed());
    }

    private static String found(ValuesDropped finding) {
        return finding.columns().stream()
                .map(column -> "column " + column.name() + " had " + count(column.values(), "value"))
                .collect(Collectors.joining(INDENT, "", INDENT + "no invariant that held before reads them"));
    }

    /** Returns what was compared and is the same, in a line; empty: nothing was compared. */
    static String untouched(UntouchedData data) {
        if (data.tables().isEmpty()) {
            return "";
        }
        List<TableData> same =
                data.tables().stream().filter(table -> untouched(table) > 0).toList();
        long columns = same.stream().mapToLong(DataWording::untouched).sum();
        long rows =
                same.stream().mapToLong(table -> table.rows() - table.missing()).sum();
        String all = count(columns, "column") + " of " + count(same.size(), "table")
                + (columns == 1 ? " keeps its" : " keep their") + " values in " + count(rows, "row");
        return all + withoutKey(same) + " (compared in " + Format.millis(data.comparing()) + ", copied in "
                + Format.millis(data.copying()) + ")";
    }

    private static String withoutKey(List<TableData> tables) {
        String names = tables.stream()
                .filter(table -> !table.keyed() && table.rows() > 0)
                .map(table -> table.table().toString())
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : ", those of " + names + " as a multiset, for lack of a key";
    }

    private static long untouched(TableData table) {
        return table.now() == null ? 0 : table.compared() - table.columns().size();
    }

    /** Returns what is not the same, a line for each table. */
    static List<String> touched(UntouchedData data) {
        List<String> lines = new ArrayList<>();
        for (TableData table : data.tables()) {
            List<String> facts = facts(table);
            if (!facts.isEmpty()) {
                lines.add(table.table() + ": " + String.join(", ", facts));
            }
        }
        return lines;
    }

    private static List<String> facts(TableData table) {
        List<String> facts = new ArrayList<>();
        if (table.now() == null) {
            facts.add("dropped with " + count(table.rows(), "row"));
            return facts;
        }
        if (table.lost() > 0) {
            facts.add(count(table.lost(), "row") + " gone");
        }
        String rows = rows(table);
        if (!rows.isEmpty()) {
            facts.add(rows);
        }
        table.columns().forEach(column -> facts.add(name(column) + " changed in " + count(column.differing(), "row")));
        table.dropped()
                .forEach(column -> facts.add(column.name() + " dropped with " + count(column.values(), "value")));
        return facts;
    }
}
