package dev.zdm.artifact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A Maven repository in a directory of a test, and settings that know no other one. */
public final class RemoteRepository {
    private final Path directory;

    public RemoteRepository(Path directory) {
        this.directory = directory.resolve("remote");
    }

    /** Publishes a jar. */
    public void publish(String coordinates, Map<String, byte[]> entries, String... dependencies) throws IOException {
        String[] parts = coordinates.split(":");
        Path home =
                directory.resolve(parts[0].replace('.', '/')).resolve(parts[1]).resolve(parts[2]);
        Files.createDirectories(home);
        String name = parts[1] + "-" + parts[2];
        write(home.resolve(name + ".pom"), pom(parts, List.of(dependencies)).getBytes(StandardCharsets.UTF_8));
        write(home.resolve(name + ".jar"), jar(entries));
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.writeString(file.resolveSibling(file.getFileName() + ".sha1"), digest(content));
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the bytes of a jar. */
    public static byte[] jar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Dependencies are group:artifact:version:scope, with :optional behind it or not. */
    private static String pom(String[] parts, List<String> dependencies) {
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  %s
                  <dependencies>
                %s
                  </dependencies>
                </project>
                """.formatted(
                        coordinates(parts),
                        dependencies.stream()
                                .map(text -> text.split(":"))
                                .map(dependency -> "<dependency>" + coordinates(dependency) + "<scope>" + dependency[3]
                                        + "</scope><optional>" + (dependency.length > 4) + "</optional></dependency>")
                                .collect(Collectors.joining("\n")));
    }

    private static String coordinates(String[] parts) {
        return "<groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>"
                .formatted(parts[0], parts[1], parts[2]);
    }

    /** Returns settings with this repository in the place of all others, and an empty local repository. */
    public MavenSettings settings() throws IOException {
        Path file = directory.resolveSibling("settings.xml");
        Files.writeString(file, """
                <settings>
                  <mirrors>
                    <mirror><id>here</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                </settings>
                """.formatted(directory.toUri()));
        return MavenSettings.ofUser().withSettings(file).withLocalRepository(directory.resolveSibling("local"));
    }

    /** Makes the repository unreachable. */
    public void vanish() throws IOException {
        Files.move(directory, directory.resolveSibling("gone"));
    }

    public Path directory() {
        return directory;
    }
}
