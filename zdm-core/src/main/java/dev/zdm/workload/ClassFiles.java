package dev.zdm.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The class files of a folder or a jar, by their names in it, such as {@code com/example/Customer.class}. */
final class ClassFiles {
    private ClassFiles() {}

    static List<String> in(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.walk(place)) {
                return files.map(file -> place.relativize(file).toString().replace('\\', '/'))
                        .filter(ClassFiles::isClass)
                        .toList();
            }
        }
        try (JarFile jar = new JarFile(place.toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(ClassFiles::isClass)
                    .toList();
        }
    }

    /** Returns the first of the names that a place has too. */
    static Optional<String> firstIn(Path place, List<String> names) throws IOException {
        if (Files.isDirectory(place)) {
            return names.stream()
                    .filter(name -> Files.exists(place.resolve(name)))
                    .findFirst();
        }
        try (JarFile jar = new JarFile(place.toFile())) {
            return names.stream().filter(name -> jar.getEntry(name) != null).findFirst();
        }
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.endsWith("-info.class");
    }
}
