package dev.zdm.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.catalogue.Catalogue;
import dev.zdm.catalogue.CatalogueEntry;
import dev.zdm.report.TextReport;
import dev.zdm.verdict.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every entry of the catalogue has a bad migration that is red for its reason and a good one that is green, and
 * {@code docs/hazards.md} says what they showed.
 */
@Tag("measured")
class HazardCatalogueTest {
    private static final Path DOCUMENT = Path.of("../docs/hazards.md");
    private static final String WRITE = "zdm.hazards.write";

    private static CatalogueRuns runs;

    @BeforeAll
    static void start() {
        runs = new CatalogueRuns();
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @Test
    void everyEntryHasOneExampleOfEachSide() {
        List<String> entries =
                Catalogue.entries().stream().map(CatalogueEntry::id).toList();
        List<CatalogueExample> examples = CatalogueExample.all();

        assertThat(examples.stream().filter(CatalogueExample::isBad).map(CatalogueExample::entry))
                .containsExactlyInAnyOrderElementsOf(entries);
        assertThat(examples.stream().filter(example -> !example.isBad()).map(CatalogueExample::entry))
                .containsExactlyInAnyOrderElementsOf(entries);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.zdm.cases.CatalogueExample#all")
    void badIsRedForItsReasonAndGoodIsGreen(CatalogueExample example) {
        example.migration().assumeKnownTo(runs.server());
        String report = TextReport.of(runs.of(example));
        if (!example.isBad()) {
            assertThat(runs.of(example).verdict().isPassed()).as(report).isTrue();
            return;
        }
        CatalogueEntry entry = Catalogue.entries().stream()
                .filter(one -> one.id().equals(example.entry()))
                .findFirst()
                .orElseThrow();
        assertThat(runs.finding(example).map(Finding::hazard)).as(report).contains(entry.hazard());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.zdm.cases.CatalogueExample#harmless")
    void whatIsFearedWithoutReasonIsGreen(CatalogueExample example) {
        example.migration().assumeKnownTo(runs.server());
        assertThat(runs.of(example).verdict().isPassed())
                .as(TextReport.of(runs.of(example)))
                .isTrue();
    }

    @Test
    void theDocumentSaysWhatTheRunsShowed() throws IOException {
        assumeTrue(runs.server().version().startsWith("18."), "the document shows runs on PostgreSQL 18");
        String fresh = new HazardsDocument(runs).text();
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(DOCUMENT.getParent());
            Files.writeString(DOCUMENT, fresh);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("docs/hazards.md is stale: run this test with -D" + WRITE + "=true and look at what has changed")
                .isEqualTo(fresh);
    }
}
