package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Two releases of one application with the same names of packages and classes, and workloads for them, compiled in a
 * directory of a test: release 1 keeps names in the column {@code name}, release 2 in {@code title}.
 */
public final class TwoReleases implements AutoCloseable {
    private static final String ITEMS = """
            package shop;
            public class Items {
                private final javax.sql.DataSource db;
                public Items(javax.sql.DataSource db) { this.db = db; }
                public String name(long id) throws java.sql.SQLException {
                    try (var session = db.getConnection();
                            var query = session.prepareStatement("select COLUMN from item where id = ?")) {
                        query.setLong(1, id);
                        try (var rows = query.executeQuery()) { return rows.next() ? rows.getString(1) : null; }
                    }
                }
                public void rename(long id, String name) throws java.sql.SQLException {
                    try (var session = db.getConnection();
                            var update = session.prepareStatement("update item set COLUMN = ? where id = ?")) {
                        update.setString(1, name);
                        update.setLong(2, id);
                        update.executeUpdate();
                    }
                }
                MORE
            }
            """;
    private static final String DRIVER = """
            package shop;
            public class NoDriver implements java.sql.Driver {
                static {
                    try { java.sql.DriverManager.registerDriver(new NoDriver()); }
                    catch (java.sql.SQLException e) { throw new IllegalStateException(e); }
                }
                public java.sql.Connection connect(String url, java.util.Properties properties) { return null; }
                public boolean acceptsURL(String url) { return false; }
                public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties properties) {
                    return new java.sql.DriverPropertyInfo[0];
                }
                public int getMajorVersion() { return 1; }
                public int getMinorVersion() { return 0; }
                public boolean jdbcCompliant() { return false; }
                public java.util.logging.Logger getParentLogger() { return null; }
            }
            """;
    private static final String TITLES = "package shop; public class Titles {}";

    private final Path directory;
    private final URLClassLoader today;

    public TwoReleases(Path directory) throws IOException {
        this.directory = directory;
        compile("release-1", List.of(source("shop/Items", items("name", ""))), List.of());
        write("driver-src/shop/NoDriver.java", DRIVER);
        javac(directory.resolve("release-1"), List.of(directory.resolve("driver-src/shop/NoDriver.java")), List.of());
        compile(
                "release-2",
                List.of(
                        source("shop/Items", items("title", "public void retitle(long id, Titles titles) {}")),
                        source("shop/Titles", TITLES)),
                List.of());
        compile("workloads", workloads(), List.of(directory.resolve("release-2")));
        this.today =
                new URLClassLoader(new URL[] {url("workloads"), url("release-2")}, TwoReleases.class.getClassLoader());
    }

    /** Returns the code of class {@code shop.Items} that keeps names in this column. */
    public static String items(String column, String more) {
        return ITEMS.replace("COLUMN", column).replace("MORE", more);
    }

    private static List<Source> workloads() {
        return List.of(
                source("work/Words", "package work; class Words { static String of(String text) { return text; } }"),
                workload("Work", "items.rename(id, Words.of(name));", ""),
                workload("UsesNewClass", "new shop.Titles();", ""),
                workload("UsesNewMethod", "items.retitle(id, null);", ""),
                workload("HasNewClassInSignature", "", "void unused(shop.Titles titles) {}"),
                workload("ChecksContext", """
                        if (Thread.currentThread().getContextClassLoader() != getClass().getClassLoader()) {
                            throw new IllegalStateException("a foreign loader");
                        }
                        items.rename(id, name);""", ""),
                workload("OpensMuch implements AutoCloseable", "items.rename(id, name);", """
                        private final Thread thread = new Thread(() -> java.util.concurrent.locks.LockSupport.park(), "of the shop");
                        { thread.start(); }
                        static { try { Class.forName("shop.NoDriver"); }
                                 catch (ClassNotFoundException e) { throw new IllegalStateException(e); } }
                        @Override public void close() { System.setProperty("work.closed", "true"); }
                        """));
    }

    private static Source workload(String head, String operation, String more) {
        String name = head.split(" ")[0];
        return source("work/" + name, """
                package work;
                import dev.zdm.workload.*;
                public class HEAD {
                    private final shop.Items items;
                    public NAME(javax.sql.DataSource db) { items = new shop.Items(db); }
                    @Operation void rename(Keys keys, Ledger ledger) throws Exception {
                        long id = keys.own();
                        String name = ledger.newValue(id);
                        OPERATION
                        if (id > 0) { items.rename(id, name); }
                        ledger.acknowledge(id, name);
                    }
                    @ReadBack String name(long id) throws Exception { return items.name(id); }
                    MORE
                }
                """.replace("HEAD", head)
                .replace("NAME", name)
                .replace("OPERATION", operation)
                .replace("MORE", more));
    }

    private record Source(String name, String text) {}

    private static Source source(String name, String text) {
        return new Source(name, text);
    }

    private void compile(String folder, List<Source> sources, List<Path> classPath) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Source source : sources) {
            files.add(write(folder + "-src/" + source.name + ".java", source.text));
        }
        javac(directory.resolve(folder), files, classPath);
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void javac(Path target, List<Path> files, List<Path> classPath) {
        String all = Stream.concat(
                        classPath.stream().map(Path::toString), Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(java.io.File.pathSeparator));
        List<String> words = new ArrayList<>(List.of("-proc:none", "-d", target.toString(), "-cp", all));
        files.forEach(file -> words.add(file.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new)))
                .isZero();
    }

    private URL url(String folder) throws IOException {
        return directory.resolve(folder).toUri().toURL();
    }

    /** Returns the path of the classes of a release, or of the workloads. */
    public Path classes(String folder) {
        return directory.resolve(folder);
    }

    /** Returns a workload class over today's classes, release 2. */
    public Class<?> workload(String name) throws ClassNotFoundException {
        return today.loadClass("work." + name);
    }

    @Override
    public void close() throws IOException {
        today.close();
    }
}
