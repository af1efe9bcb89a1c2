package dev.zdm.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that a class's report is written to. */
final class ReportFile {
    private ReportFile() {}

    /** Writes a report, in place of an older one, to a file named as the class. */
    static void write(Path directory, Class<?> testClass, String report) {
        Path file = directory.resolve(testClass.getName() + ".txt");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, report + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException("the report could not be written to " + file, e);
        }
    }
}
