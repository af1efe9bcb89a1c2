package dev.zdm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/** Only the server's word proves that a transaction failed. */
class FateTest {
    private static PSQLException server(String code) {
        return new PSQLException(new ServerErrorMessage("SERROR\0C" + code + "\0Mmessage\0\0"));
    }

    @Test
    void whatTheServerRefusesIsRolledBack() {
        assertThat(Fate.of(server("23505"))).isEqualTo(Fate.ROLLED_BACK);
        assertThat(Fate.of(new IllegalStateException("wrapped", server("40P01"))))
                .isEqualTo(Fate.ROLLED_BACK);
    }

    @Test
    void aLostConnectionProvesNothing() {
        assertThat(Fate.of(server("57P01"))).isEqualTo(Fate.UNKNOWN);
        assertThat(Fate.of(new PSQLException("I/O error", PSQLState.CONNECTION_FAILURE, new EOFException())))
                .isEqualTo(Fate.UNKNOWN);
    }

    @Test
    void whatOtherThanTheServerFailsProvesNothing() {
        assertThat(Fate.of(new AssertionError("no such customer"))).isEqualTo(Fate.UNKNOWN);
        assertThat(Fate.of(new SQLException("the driver's own", "22003"))).isEqualTo(Fate.UNKNOWN);
        assertThat(Fate.of(null)).isEqualTo(Fate.UNKNOWN);
    }

    @Test
    void whoGivesUpWaitingMayBeCommittedLater() {
        assertThat(Fate.of(new PSQLException(
                        "I/O error", PSQLState.CONNECTION_FAILURE, new SocketTimeoutException("Read timed out"))))
                .isEqualTo(Fate.PENDING);
    }
}
