package dev.zdm.artifact;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What names one artefact.
 *
 * @param text the parts with colons between them, as the user wrote them
 */
record Coordinates(String text) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.+-]+");
    private static final int FEWEST = 3;
    private static final int MOST = 5;

    Coordinates {
        List<String> parts = List.of(text.split(":", -1));
        boolean wellFormed = parts.size() >= FEWEST
                && parts.size() <= MOST
                && parts.stream().allMatch(part -> PART.matcher(part).matches());
        if (!wellFormed) {
            throw new ArtifactException("Maven coordinates: expected group:artifact:version, as in "
                    + "com.example:customers:1.4.2, or group:artifact:extension:version, or "
                    + "group:artifact:extension:classifier:version, found '" + text + "'");
        }
    }
}
