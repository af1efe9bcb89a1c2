package dev.zdm.observation;

import java.util.Map;

/**
 * The server of a rehearsal.
 *
 * @param kind what kind of server it is, such as {@code embedded}
 * @param version the version of PostgreSQL, such as {@code 18.6}
 * @param settings the settings in force that matter to the verdict
 */
public record ServerFacts(String kind, String version, Map<String, String> settings) {
    public ServerFacts {
        settings = Map.copyOf(settings);
    }
}
