package dev.zdm.database;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked from an archive.
 *
 * <p>The archive is zonky's and so is the choice among several on the class path; the rest is not, because zonky's server notices a
 * failed start only when the whole limit has passed, and starts with {@code -F}.
 *
 * @param directory holds {@code bin}, {@code lib} and {@code share}
 * @param version as {@code initdb} says it, such as {@code 18.6}
 */
record Binaries(Path directory, String version) {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(\\S*)");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(60);
    private static final int OWNER_MAY_RUN = 0100;

    /**
     * Refuses to go on as root where PostgreSQL would refuse it, in words that say what to do.
     *
     * @param own a directory that this JVM has made
     */
    static void refuseRoot(Path own) throws IOException {
        if (own.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Integer.valueOf(0).equals(Files.getAttribute(own, "unix:uid"))
                && !LinuxUtils.isUnshareAvailable()) {
            throw new Explanation(
                            "The embedded PostgreSQL cannot be run as root",
                            "the tests run as an ordinary user, or as root in Linux where user namespaces are allowed"
                                    + " (unshare -U)",
                            "they run as root, and 'unshare -U id -u' does not give another user than 0",
                            "run them as another user (docker run --user 1000, or USER in the Dockerfile);\n"
                                    + "or allow user namespaces (sysctl user.max_user_namespaces=10000,"
                                    + " docker run --security-opt seccomp=unconfined)")
                    .toException();
        }
    }

    /** Returns the programs, unpacked by this call or by an earlier one. */
    static Binaries unpacked(byte[] archive, Cache cache, Path workspace) throws IOException {
        Path directory = cache.directory("programs-" + digest(archive), target -> unpack(archive, target));
        String version = version(directory, workspace);
        return new Binaries(directory, version);
    }

    int major() {
        Matcher digits = Pattern.compile("\\d+").matcher(version);
        return digits.find() ? Integer.parseInt(digits.group()) : 0;
    }

    /** Returns the words that run one of the programs. */
    List<String> command(String program, String... arguments) {
        return command(directory, program, arguments);
    }

    private static List<String> command(Path directory, String program, String... arguments) {
        List<String> words = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is.
            words.addAll(List.of("unshare", "-U"));
        }
        words.add(directory
                .resolve("bin")
                .resolve(program + Platform.current().programSuffix())
                .toString());
        words.addAll(List.of(arguments));
        return words;
    }

    /** Returns what tells this content from all others, short enough for a file name. */
    static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        Files.createDirectories(target);
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, target);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path target) throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("the archive's entry " + entry.getName() + " leads out of it");
        }
        Files.createDirectories(entry.isDirectory() ? path : path.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, target.resolve(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(content, path);
            path.toFile().setExecutable((entry.getMode() & OWNER_MAY_RUN) != 0 || isProgram(target, path));
        }
    }

    private static boolean isProgram(Path target, Path path) {
        return path.startsWith(target.resolve("bin"));
    }

    private static String version(Path directory, Path workspace) throws IOException {
        Command command = new Command(command(directory, "initdb", "--version"), workspace.resolve("version.txt"));
        Command.Outcome outcome;
        try {
            outcome = command.run(VERSION_LIMIT);
        } catch (IOException e) {
            throw Platform.current().cannotRun(directory, e.toString()).toException(e);
        }
        Matcher matcher = VERSION.matcher(outcome.output());
        if (!matcher.find()) {
            throw Platform.current().cannotRun(directory, outcome.output()).toException();
        }
        return matcher.group(1) + matcher.group(2);
    }
}
