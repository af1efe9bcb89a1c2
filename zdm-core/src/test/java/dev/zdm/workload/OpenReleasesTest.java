package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.artifact.RemoteRepository;
import dev.zdm.database.Database;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.plan.Release;
import dev.zdm.postgres.BareDataSource;
import dev.zdm.rehearsal.TestServer;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workload that was compiled with one release works with the classes of another one. */
class OpenReleasesTest {
    @TempDir
    static Path directory;

    private static TwoReleases releases;

    private Database database;

    @BeforeAll
    static void compile() throws IOException {
        releases = new TwoReleases(directory);
    }

    @AfterAll
    static void end() throws IOException {
        releases.close();
    }

    @BeforeEach
    void fill() {
        database = TestServer.get().fresh("items with titles", OpenReleasesTest::build);
    }

    private static void build(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table item (id bigint primary key, name text, title text)");
            statement.execute("insert into item select g, 'old', 'new' from generate_series(1, 9) g");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void theSameWorkloadWritesWhatItsReleaseWrites() throws Exception {
        assertThat(runOver(release(), "Work")).isTrue();

        assertThat(rows("select 1 from item where name <> 'old'")).isPositive();
        assertThat(rows("select 1 from item where title <> 'new'")).isZero();

        assertThat(QuietRun.run(ApplicationVersion.of(releases.workload("Work")), source(), 9, 1, name -> {}))
                .isTrue();
        assertThat(rows("select 1 from item where title <> 'new'")).isPositive();
    }

    @Test
    void aMethodThatTheReleaseDoesNotHaveIsBadInput() throws Exception {
        assertThatThrownBy(() -> runOver(release(), "UsesNewMethod"))
                .isInstanceOf(PlanException.class)
                .hasMessage(lack(
                        "the method 'void shop.Items.retitle(long, shop.Titles)'",
                        "operation 'rename' of workload work.UsesNewMethod"));
    }

    @Test
    void aClassThatTheReleaseDoesNotHaveIsNotTakenFromToday() throws Exception {
        assertThatThrownBy(() -> runOver(release(), "UsesNewClass"))
                .isInstanceOf(PlanException.class)
                .hasMessage(lack("the class shop.Titles", "operation 'rename' of workload work.UsesNewClass"));
    }

    @Test
    void aClassInASignatureIsMissedAtOnce() throws Exception {
        assertThatThrownBy(() -> OpenReleases.of(plan(release(), "HasNewClassInSignature")))
                .isInstanceOf(PlanException.class)
                .hasMessage(lack("the class shop.Titles", "workload work.HasNewClassInSignature"));
    }

    @Test
    void theThreadsContextLoaderIsTheReleases() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        assertThat(runOver(release(), "ChecksContext")).isTrue();

        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        assertThat(QuietRun.run(ApplicationVersion.of(releases.workload("ChecksContext")), source(), 9, 1, name -> {}))
                .as("over today's classes nothing is changed, and the test's own loader is another one")
                .isFalse();
    }

    @Test
    void aWorkloadIsClosedAndItsDriversAndThreadsGo() throws Exception {
        System.clearProperty("work.closed");
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> loader = openAndClose(collected);

        assertThat(System.getProperty("work.closed")).isEqualTo("true");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("of the shop");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean gone = false;
        while (!gone && System.nanoTime() < deadline) {
            System.gc();
            gone = collected.remove(100) == loader;
        }
        assertThat(gone).as("the release's class loader is collected").isTrue();
    }

    private WeakReference<Object> openAndClose(ReferenceQueue<Object> collected) throws Exception {
        try (OpenReleases open = OpenReleases.of(plan(release(), "OpensMuch"))) {
            assertThat(QuietRun.run(open.plan().oldVersion(), source(), 9, 1, name -> {}))
                    .isTrue();
            ApplicationVersion.OfClass version =
                    (ApplicationVersion.OfClass) open.plan().oldVersion();
            return new WeakReference<>(version.workload().getClassLoader(), collected);
        }
    }

    @Test
    void aWorkloadBesideTheApplicationIsRefused() throws Exception {
        Release both = Release.ofPaths(releases.classes("workloads").toString());

        assertThatThrownBy(() -> OpenReleases.of(plan(both, "Work")))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("a workload over a release must be apart from the application: "
                        + releases.classes("workloads") + " has the workload, and also work.")
                .hasMessageEndingWith(", which is one of the release " + releases.classes("workloads")
                        + "; put workloads into a test source folder or a module of their own");
    }

    @Test
    void aPathWhereNothingIsIsRefused() throws Exception {
        Path missing = directory.resolve("missing.jar");

        assertThatThrownBy(() -> OpenReleases.of(plan(Release.ofPaths(missing.toString()), "Work")))
                .isInstanceOf(PlanException.class)
                .hasMessage("the release: expected a jar or a folder with classes, found none at " + missing);
        assertThatThrownBy(() -> OpenReleases.of(plan(Release.ofPaths(directory + "/*"), "Work")))
                .isInstanceOf(PlanException.class)
                .hasMessage("the release: expected a folder with jars, found none at " + directory);
    }

    @Test
    void jarsOfAFolderAndMavenCoordinatesServeAsWell(@TempDir Path temporary) throws Exception {
        byte[] items = Files.readAllBytes(releases.classes("release-1").resolve("shop/Items.class"));
        Path jars = Files.createDirectory(temporary.resolve("lib"));
        Files.write(jars.resolve("shop.jar"), RemoteRepository.jar(Map.of("shop/Items.class", items)));
        assertThat(runOver(Release.ofPaths(jars + "/*"), "Work")).isTrue();

        RemoteRepository remote = new RemoteRepository(temporary);
        remote.publish("com.example:items:1", Map.of("shop/Items.class", items));
        remote.publish("com.example:shop:1.4.2", Map.of(), "com.example:items:1:runtime");
        assertThat(runOver(new Release.OfMaven("com.example:shop:1.4.2", remote.settings()), "Work"))
                .isTrue();
        assertThat(rows("select 1 from item where title <> 'new'")).isZero();

        assertThatThrownBy(() -> runOver(new Release.OfMaven("com.example:shop:2", remote.settings()), "Work"))
                .isInstanceOf(PlanException.class)
                .hasMessageStartingWith("Maven coordinates 'com.example:shop:2': expected the artefact");
    }

    private static String lack(String what, String who) {
        Path release = releases.classes("release-1");
        return "the release " + release + " does not have " + what + ", which " + who + " needs; looked for in the"
                + " workload's own " + releases.classes("workloads") + " and the release's [" + release + "], never in"
                + " today's classes. Give the release everything that it runs with, or let a workload class of its own"
                + " drive it";
    }

    private Release release() {
        return Release.ofPaths(releases.classes("release-1").toString());
    }

    private static RehearsalPlan plan(Release release, String workload) throws ClassNotFoundException {
        return RehearsalPlan.named("items", Baseline.ofSql("select 1"))
                .withVersions(
                        ApplicationVersion.of(releases.workload(workload)).over(release), ApplicationVersion.absent());
    }

    /** Runs the operations of a workload, and returns whether they succeeded. */
    private boolean runOver(Release release, String workload) throws Exception {
        try (OpenReleases open = OpenReleases.of(plan(release, workload))) {
            boolean succeeded = QuietRun.run(open.plan().oldVersion(), source(), 9, 1, name -> {});
            open.requireComplete();
            return succeeded;
        }
    }

    private DataSource source() {
        return new BareDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
            }
        };
    }

    private long rows(String query) throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from (" + query + ") found")) {
            row.next();
            return row.getLong(1);
        }
    }
}
