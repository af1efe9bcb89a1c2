package dev.zdm.report;

import dev.zdm.observation.SeededRows;
import dev.zdm.observation.SeededRows.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/** Words for the adversarial rows of a baseline. */
final class SeedWording {
    private SeedWording() {}

    /** Returns a line for each table. */
    static List<String> of(List<SeededRows> seeded) {
        return seeded.stream().map(SeedWording::line).toList();
    }

    private static String line(SeededRows seeded) {
        String rows = seeded.rows() == seeded.planned()
                ? Format.count(seeded.rows(), "adversarial row")
                : seeded.rows() + " of " + Format.count(seeded.planned(), "adversarial row");
        String refused = seeded.refused().stream()
                .map(SeedWording::refusal)
                .collect(Collectors.joining("; ", "; refused: ", ""));
        return rows + " in " + seeded.table() + (seeded.refused().isEmpty() ? "" : refused);
    }

    private static String refusal(Refusal refusal) {
        String what = refusal.column().isEmpty()
                ? "a row of ordinary values"
                : Format.count(refusal.values(), "value") + " of " + refusal.column();
        return what + " (" + refusal.reason() + ")";
    }
}
