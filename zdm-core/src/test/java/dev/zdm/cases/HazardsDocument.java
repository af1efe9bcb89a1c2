package dev.zdm.cases;

import dev.zdm.catalogue.Catalogue;
import dev.zdm.catalogue.CatalogueEntry;
import dev.zdm.report.Wording;
import dev.zdm.report.Words;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The text of {@code docs/hazards.md}: the catalogue, its examples, and what they showed when they were run. */
final class HazardsDocument {
    private static final List<Given> GIVEN = List.of(
            new Given("setup", "given"),
            new Given("old_app", "the old version"),
            new Given("new_app", "the new version"),
            new Given("blocker", "a long transaction in the way"),
            new Given("invariant", "must return no row"));

    /**
     * A field of an example.
     *
     * @param field its name
     * @param words what the document calls it
     */
    private record Given(String field, String words) {}

    private final CatalogueRuns runs;
    private final StringBuilder text = new StringBuilder();

    HazardsDocument(CatalogueRuns runs) {
        this.runs = runs;
    }

    String text() {
        text.append(resource("head.md"));
        contents();
        for (Hazard hazard : Hazard.values()) {
            kind(hazard);
            Catalogue.entries().stream()
                    .filter(entry -> entry.hazard() == hazard)
                    .forEach(this::entry);
        }
        harmless();
        text.append(resource("left-out.md"));
        return text.toString();
    }

    private void contents() {
        text.append("\n| kind | entries |\n|---|---|\n");
        for (Hazard hazard : Hazard.values()) {
            String entries = Catalogue.entries().stream()
                    .filter(entry -> entry.hazard() == hazard)
                    .map(entry -> link(entry.id()))
                    .collect(Collectors.joining(", "));
            text.append("| ")
                    .append(link(hazard.id()))
                    .append(" | ")
                    .append(entries)
                    .append(" |\n");
        }
    }

    private static String link(String id) {
        return "[" + id + "](#" + id + ")";
    }

    private void kind(Hazard hazard) {
        text.append("\n## ").append(hazard.id()).append("\n\n");
        facts(Catalogue.of(hazard));
    }

    private void entry(CatalogueEntry entry) {
        CatalogueExample bad = example(entry, true);
        CatalogueExample good = example(entry, false);
        text.append("\n### ").append(entry.id()).append("\n\n");
        facts(entry);
        text.append("\n```sql\n").append(given(bad, good, true)).append("```\n\nBad:\n");
        side(bad, good);
        text.append("\n```\n").append(finding(bad)).append("```\n\nGood:\n");
        side(good, bad);
    }

    private void facts(CatalogueEntry entry) {
        text.append(entry.title()).append(".\n\n| | |\n|---|---|\n");
        row("PostgreSQL", entry.what());
        row("versions", entry.since());
        row("effect", entry.effect());
        row("instead", entry.remedy());
        row("manual", "<" + entry.manual() + ">");
    }

    private void row(String key, String value) {
        text.append("| ")
                .append(key)
                .append(" | ")
                .append(value.replace("|", "\\|"))
                .append(" |\n");
    }

    private void side(CatalogueExample example, CatalogueExample other) {
        text.append("\n```sql\n").append(given(example, other, false));
        boolean inTransaction = Boolean.TRUE.equals(example.fields().get("transaction"));
        text.append("-- the migration")
                .append(inTransaction ? ", in one transaction" : "")
                .append(Boolean.TRUE.equals(example.fields().get("backfill")) ? ", declared as a backfill" : "")
                .append('\n');
        text.append(statements(example.fields().get("migration"))).append("```\n");
    }

    /** Returns what both sides have in common, or what they have not. */
    private static String given(CatalogueExample example, CatalogueExample other, boolean shared) {
        StringBuilder sql = new StringBuilder();
        for (Given given : GIVEN) {
            Object value = example.fields().get(given.field());
            boolean same = Objects.equals(value, other.fields().get(given.field()));
            if (value != null && same == shared) {
                sql.append("-- ").append(given.words()).append('\n').append(statements(value));
            }
        }
        return sql.toString();
    }

    private static String statements(Object value) {
        if (value instanceof Map<?, ?> blocker) {
            return statements(blocker.get("sql"));
        }
        List<String> lines = new ArrayList<>();
        ((List<?>) value).forEach(statement -> lines.add(ended(String.valueOf(statement))));
        return String.join("\n", lines) + "\n";
    }

    private static String ended(String statement) {
        int comment = statement.lastIndexOf(" -- ");
        boolean atTheEnd = comment >= 0 && statement.indexOf('\n', comment) < 0;
        return atTheEnd ? statement.substring(0, comment) + ";" + statement.substring(comment) : statement + ";";
    }

    private String finding(CatalogueExample bad) {
        Finding finding = runs.finding(bad).orElseThrow(() -> new AssertionError(bad + " is not red for its reason"));
        Words words = Wording.of(finding);
        return Stable.text(words.title()) + "  [" + words.hazard() + "]\n"
                + "   expected : " + Stable.text(words.expected()) + "\n"
                + "   found    : " + Stable.text(words.found()) + "\n"
                + "   caused by: " + words.causedBy() + "\n";
    }

    private void harmless() {
        text.append(resource("harmless.md")).append("\n| migration | why it is safe |\n|---|---|\n");
        for (CatalogueExample example : CatalogueExample.harmless()) {
            String migration = ((List<?>) example.fields().get("migration"))
                    .stream().map(sql -> "`" + sql + "`").collect(Collectors.joining("<br>"));
            text.append("| ")
                    .append(migration)
                    .append(" | ")
                    .append(example.fields().get("note"))
                    .append(" |\n");
        }
    }

    private static CatalogueExample example(CatalogueEntry entry, boolean bad) {
        return CatalogueExample.all().stream()
                .filter(example -> example.entry().equals(entry.id()) && example.isBad() == bad)
                .findFirst()
                .orElseThrow();
    }

    private static String resource(String name) {
        try (InputStream file = HazardsDocument.class.getResourceAsStream("/dev/zdm/catalogue/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
