package dev.zdm.rehearsal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says what of the lock waits went unseen: the server's log and the sampler stand in for each other, so that only what
 * both missed can hide a violation.
 *
 * @param notes what was seen less exactly than planned, in words
 * @param blindSpots what may hide a violation, in words
 */
record WaitSight(List<String> notes, List<String> blindSpots) {
    WaitSight {
        notes = List.copyOf(notes);
        blindSpots = List.copyOf(blindSpots);
    }

    /**
     * Weighs what both could not see.
     *
     * @param logTroubles why the log does not tell all, in words; empty: it does
     * @param samplerFailure why the sampler gave up; empty: it did not
     * @param longestGap the longest time between two looks of the sampler while the change was at work
     * @param hiding the longest of those in which too long a wait may have been
     */
    static WaitSight of(
            List<String> logTroubles, Optional<String> samplerFailure, Duration longestGap, Optional<Duration> hiding) {
        String log = String.join("; ", logTroubles);
        Optional<String> sampler = samplerFailure.map(reason -> "the lock table could not be watched: " + reason);
        if (logTroubles.isEmpty()) {
            return new WaitSight(
                    sampler.map(reason -> reason + "; waits shorter than 2 ms may be missing").stream()
                            .toList(),
                    List.of());
        }
        if (sampler.isPresent()) {
            return new WaitSight(List.of(), List.of(log + "; " + sampler.get()));
        }
        if (hiding.isPresent()) {
            return new WaitSight(
                    List.of(),
                    List.of(log + "; and the lock table was not looked at for " + millis(hiding.get())
                            + " while the change was at work and an operation took longer than a wait may last"));
        }
        return new WaitSight(
                List.of(log
                        + "; lock waits were seen by looking at the lock table while the change was at work, at most "
                        + millis(longestGap) + " apart: shorter ones, and ordinary contention before and after the "
                        + "change, may be missing"),
                List.of());
    }

    private static String millis(Duration duration) {
        return duration.toMillis() < 1 ? "1 ms" : duration.toMillis() + " ms";
    }
}
