package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.OtherJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A change holds its lock while its commit waits for a disk that stands still: a file system that is frozen meanwhile. */
@Tag("measured")
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere it is not known what a process waits for")
class BusyDiskTest {
    private static final String MOUNT =
            "cd $0 && truncate -s 400M image && mkfs.ext4 -q image && mkdir data && mount -o loop image data";

    @TempDir
    private Path directory;

    @Test
    void aTransactionThatWritesLittleIsNotToBlame() throws Exception {
        assertThat(rehearsed(0)).startsWith("Rehearsal of 'frozen': zero-downtime in 1 phase");
    }

    @Test
    void aTransactionThatWritesMuchIs() throws Exception {
        assertThat(rehearsed(20_000)).contains("lock-wait").contains("alter table item add column note text");
    }

    private String rehearsed(int rows) throws Exception {
        Path data = directory.resolve("data");
        assumeTrue(
                OtherJvm.isPossible(inMount("true")),
                "needs root, loop devices and 'unshare -m' to set up a disk of its own");
        try (OtherJvm jvm = OtherJvm.start(
                inMount("exec \"$@\""),
                List.of("-Djava.io.tmpdir=" + data),
                entry -> true,
                FrozenCommit.class,
                data.toString(),
                Integer.toString(rows))) {
            String said = jvm.rest();
            assertThat(jvm.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            return said;
        }
    }

    private List<String> inMount(String then) {
        String clean = "rm -rf " + directory + "/*; ";
        return List.of("unshare", "-m", "sh", "-c", clean + MOUNT + " && " + then, directory.toString());
    }
}
