package dev.zdm.catalogue;

import dev.zdm.verdict.Hazard;
import java.net.URI;

/**
 * One known way to stop an application: what PostgreSQL does, why it hurts, what to do instead.
 *
 * @param id the name that reports and the documentation use, such as {@code create-index}
 * @param hazard the kind of finding that it shows as
 * @param title what somebody did, in a few words
 * @param what what PostgreSQL does
 * @param since for which versions of PostgreSQL that holds, or since which one there is a better way
 * @param effect what the application notices
 * @param remedy what to do instead
 * @param manual the page of PostgreSQL's manual that says so
 */
public record CatalogueEntry(
        String id, Hazard hazard, String title, String what, String since, String effect, String remedy, URI manual) {

    /** Returns where zdm's documentation shows it with a bad and a good example. */
    public String page() {
        return "docs/hazards.md#" + id;
    }
}
