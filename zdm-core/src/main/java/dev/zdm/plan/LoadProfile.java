package dev.zdm.plan;

import java.time.Duration;

/**
 * How the load is generated and when it has told enough.
 *
 * @param ratePerSecond operations that arrive per second, both versions together, at least 1
 * @param workers threads, and so sessions, per version, at least 2: half of them keep their sessions through a change
 * @param coverage how often every operation must have run on every session before a window closes, at least 1
 * @param minimumWindow the shortest window
 * @param maximumWindow the longest window; reaching it makes the phase inconclusive
 */
public record LoadProfile(
        int ratePerSecond, int workers, int coverage, Duration minimumWindow, Duration maximumWindow) {
    /** 400 operations a second on 4 sessions per version, coverage 3, windows of 0.6 s to 30 s. */
    public static final LoadProfile DEFAULT =
            new LoadProfile(400, 4, 3, Duration.ofMillis(600), Duration.ofSeconds(30));

    public LoadProfile {
        require(ratePerSecond >= 1, "the rate must be at least 1 operation per second, found " + ratePerSecond);
        require(workers >= 2, "a version needs at least 2 workers, found " + workers);
        require(coverage >= 1, "the coverage must be at least 1, found " + coverage);
        require(!minimumWindow.isNegative(), "the shortest window must not be negative, found " + minimumWindow);
        require(
                maximumWindow.compareTo(minimumWindow) > 0,
                "the longest window must be longer than the shortest, found " + maximumWindow + " and "
                        + minimumWindow);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new PlanException(message);
        }
    }

    /** Returns the same profile with another rate. */
    public LoadProfile withRate(int perSecond) {
        return new LoadProfile(perSecond, workers, coverage, minimumWindow, maximumWindow);
    }

    /** Returns the same profile with another number of workers per version. */
    public LoadProfile withWorkers(int perVersion) {
        return new LoadProfile(ratePerSecond, perVersion, coverage, minimumWindow, maximumWindow);
    }

    /** Returns the same profile with other window lengths. */
    public LoadProfile withWindows(Duration shortest, Duration longest) {
        return new LoadProfile(ratePerSecond, workers, coverage, shortest, longest);
    }
}
