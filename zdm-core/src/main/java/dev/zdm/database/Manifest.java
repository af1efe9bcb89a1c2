package dev.zdm.database;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is in a directory, with the size and the CRC-32C of each file: tells whether all of it is still there.
 *
 * @param items directories before what is in them
 */
record Manifest(List<Item> items) {
    private static final String SEPARATOR = "\t";
    private static final int FIELDS = 4;

    Manifest {
        items = List.copyOf(items);
    }

    private enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    /**
     * One entry.
     *
     * @param path relative to the directory, with slashes
     * @param size in bytes; 0 for other things than files
     * @param sum of a file's content; 0 for other things
     */
    private record Item(Kind kind, long size, long sum, String path) {
        static Item of(Path path, String relative) throws IOException {
            if (Files.isSymbolicLink(path)) {
                return new Item(Kind.LINK, 0, 0, relative);
            }
            if (Files.isDirectory(path)) {
                return new Item(Kind.DIRECTORY, 0, 0, relative);
            }
            byte[] content = Files.readAllBytes(path);
            return new Item(Kind.FILE, content.length, sum(content), relative);
        }

        static Item of(String line) {
            String[] fields = line.split(SEPARATOR, FIELDS);
            return new Item(Kind.valueOf(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]), fields[3]);
        }

        String line() {
            return String.join(SEPARATOR, kind.name(), Long.toString(size), Long.toString(sum), path);
        }

        boolean isIn(Path directory) throws IOException {
            Path own = directory.resolve(path);
            return switch (kind) {
                case DIRECTORY -> Files.isDirectory(own, NOFOLLOW_LINKS);
                case FILE -> Files.isRegularFile(own, NOFOLLOW_LINKS) && Files.size(own) == size;
                case LINK -> Files.isSymbolicLink(own);
            };
        }

        boolean hasItsContent(Path directory) {
            return kind != Kind.FILE || content(directory).isPresent();
        }

        /** Returns a file's content if it can be read and is what it was. */
        Optional<byte[]> content(Path directory) {
            try {
                return Optional.of(Files.readAllBytes(directory.resolve(path)))
                        .filter(content -> content.length == size && sum(content) == sum);
            } catch (IOException missing) {
                return Optional.empty();
            }
        }

        /** One reading serves the copy and the check. */
        boolean copied(Path directory, Path to) throws IOException {
            if (kind == Kind.FILE) {
                Optional<byte[]> content = content(directory);
                if (content.isPresent()) {
                    Files.write(to, content.get(), CREATE_NEW, WRITE);
                }
                return content.isPresent();
            }
            boolean there = isIn(directory);
            if (there) {
                Files.copy(directory.resolve(path), to, COPY_ATTRIBUTES, NOFOLLOW_LINKS);
            }
            return there;
        }

        private static long sum(byte[] content) {
            CRC32C crc = new CRC32C();
            crc.update(content);
            return crc.getValue();
        }
    }

    /** Reads a whole directory. */
    static Manifest of(Path directory) throws IOException {
        List<Item> items = new ArrayList<>();
        try (var paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                items.add(Item.of(path, directory.relativize(path).toString().replace('\\', '/')));
            }
        }
        return new Manifest(items);
    }

    /** Returns the manifest in a file; empty if there is none or not all of one. */
    static Optional<Manifest> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            int last = lines.size() - 1;
            if (last < 0 || !lines.get(last).equals(end(last))) {
                return Optional.empty();
            }
            return Optional.of(
                    new Manifest(lines.subList(0, last).stream().map(Item::of).toList()));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException none) {
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        items.forEach(item -> lines.add(item.line()));
        lines.add(end(items.size()));
        Files.write(file, lines, StandardCharsets.UTF_8, CREATE_NEW, WRITE);
    }

    private static String end(int items) {
        return "END" + SEPARATOR + items;
    }

    /** Tells whether everything is there, and files have their size; looks at no content. */
    boolean seemsWhole(Path directory) throws IOException {
        for (Item item : items) {
            if (!item.isIn(directory)) {
                return false;
            }
        }
        return true;
    }

    /** Tells whether everything is there with its content. */
    boolean isWhole(Path directory) throws IOException {
        for (Item item : items) {
            if (!item.isIn(directory) || !item.hasItsContent(directory)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies a directory to a place where nothing is yet.
     *
     * @return whether everything was there with its content; if not, part of it is copied
     * @throws IOException if the copy cannot be written
     */
    boolean copy(Path directory, Path target) throws IOException {
        for (Item item : items) {
            if (!item.copied(directory, target.resolve(item.path))) {
                return false;
            }
        }
        return true;
    }
}
