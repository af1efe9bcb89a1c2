package dev.zdm.junit;

import dev.zdm.plan.LoadProfile;
import dev.zdm.plan.PlanException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What configuration parameters say.
 *
 * @param rows the number of rows instead of the annotation's
 * @param lockWait the longest lock wait instead of the annotation's
 * @param changeTime the longest time of a change instead of the annotation's
 * @param invariantTime the longest time of the evaluation of an invariant instead of the annotation's
 * @param productionSizes the export from production instead of the annotation's
 * @param load how the load is generated
 * @param server which server it runs on
 * @param progress how progress is shown
 * @param reportDirectory where reports are written; empty: nowhere
 */
record Settings(
        OptionalLong rows,
        Optional<Duration> lockWait,
        Optional<Duration> changeTime,
        Optional<Duration> invariantTime,
        Optional<String> productionSizes,
        LoadProfile load,
        ServerParameters server,
        ProgressMode progress,
        Optional<Path> reportDirectory) {
    /**
     * Reads the parameters that begin with {@code zdm.}.
     *
     * @param parameters looks a parameter up by its name
     * @param workingDirectory where the build's directory for output is looked for
     * @throws PlanException if one has a value that is not allowed
     */
    static Settings from(Function<String, Optional<String>> parameters, Path workingDirectory) {
        ParameterReader reader = new ParameterReader(parameters);
        return new Settings(
                reader.number("zdm.rows", 1, Long.MAX_VALUE)
                        .map(OptionalLong::of)
                        .orElseGet(OptionalLong::empty),
                reader.duration("zdm.tolerance.lock-wait"),
                reader.positiveDuration("zdm.change-timeout"),
                reader.positiveDuration("zdm.invariant-timeout"),
                reader.text("zdm.production-sizes", "a file of production sizes"),
                load(reader),
                ServerParameters.from(reader),
                reader.oneOf("zdm.progress", ProgressMode.class).orElse(ProgressMode.AUTO),
                reader.text("zdm.report.dir", "a directory or off")
                        .map(given -> reportDirectory(given, workingDirectory))
                        .orElseGet(() -> defaultReportDirectory(workingDirectory)));
    }

    private static LoadProfile load(ParameterReader reader) {
        LoadProfile usual = LoadProfile.DEFAULT;
        Duration shortest = reader.duration("zdm.window.min").orElse(usual.minimumWindow());
        Duration longest = reader.duration("zdm.window.max").orElse(usual.maximumWindow());
        if (longest.compareTo(shortest) <= 0) {
            throw new PlanException("configuration parameters zdm.window.min and zdm.window.max: expected a longest "
                    + "window longer than the shortest, found " + shortest.toMillis() + "ms and " + longest.toMillis()
                    + "ms");
        }
        return new LoadProfile(
                reader.integer("zdm.rate", 1).orElse(usual.ratePerSecond()),
                reader.integer("zdm.workers", 2).orElse(usual.workers()),
                reader.integer("zdm.coverage", 1).orElse(usual.coverage()),
                shortest,
                longest);
    }

    private static Optional<Path> reportDirectory(String given, Path workingDirectory) {
        return given.equals("off") ? Optional.empty() : Optional.of(workingDirectory.resolve(given));
    }

    /** Returns a directory below the build's own for output, Maven's or Gradle's, if there is one. */
    private static Optional<Path> defaultReportDirectory(Path workingDirectory) {
        return Optional.of(workingDirectory.resolve("target"))
                .filter(Files::isDirectory)
                .or(() -> Optional.of(workingDirectory.resolve("build")).filter(Files::isDirectory))
                .map(output -> output.resolve("zdm"));
    }
}
