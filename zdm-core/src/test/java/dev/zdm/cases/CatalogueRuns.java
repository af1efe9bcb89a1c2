package dev.zdm.cases;

import dev.zdm.catalogue.Catalogue;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.PostgresServer;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.RehearsalResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Runs of the catalogue's examples, each of them once. */
final class CatalogueRuns implements AutoCloseable {
    private final EmbeddedServer server =
            EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
    private final Map<CatalogueExample, RehearsalResult> results = new HashMap<>();

    /** Returns the server, where its version matters. */
    PostgresServer server() {
        return server;
    }

    RehearsalResult of(CatalogueExample example) {
        return results.computeIfAbsent(example, one -> Rehearsal.run(one.plan(), server));
    }

    /** Returns the finding that the entry explains, where there is one. */
    Optional<Finding> finding(CatalogueExample example) {
        return of(example).verdict().findings().stream()
                .filter(finding -> Catalogue.of(finding).id().equals(example.entry()))
                .findFirst();
    }

    @Override
    public void close() {
        server.close();
    }
}
