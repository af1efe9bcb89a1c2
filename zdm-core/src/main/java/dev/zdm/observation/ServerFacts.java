package dev.zdm.observation;

import java.util.List;
import java.util.Map;

/**
 * The server of a rehearsal.
 *
 * @param kind what kind of server it is, such as {@code embedded}
 * @param version the version of PostgreSQL, such as {@code 18.6}
 * @param settings the settings in force that matter to the verdict
 * @param limits what it leaves unseen or untried, in words
 */
public record ServerFacts(String kind, String version, Map<String, String> settings, List<String> limits) {
    public ServerFacts {
        limits = List.copyOf(limits);
        settings = Map.copyOf(settings);
    }

    /** A server that leaves nothing out. */
    public ServerFacts(String kind, String version, Map<String, String> settings) {
        this(kind, version, settings, List.of());
    }
}
