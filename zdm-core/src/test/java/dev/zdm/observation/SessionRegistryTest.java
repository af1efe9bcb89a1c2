package dev.zdm.observation;

import static dev.zdm.observation.LockLog.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlStatement;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {
    private static final OperationName FIND = new OperationName(VersionRole.OLD, "find");
    private static final OperationName RENAME = new OperationName(VersionRole.OLD, "rename");

    private final SessionRegistry sessions = new SessionRegistry();

    @Test
    void the_newer_role_of_a_pid_counts_and_the_oldest_session_is_forgotten() {
        sessions.register(0, SessionRole.OLD_VERSION);
        sessions.register(0, SessionRole.MIGRATION);
        assertThat(sessions.roleOf(0)).contains(SessionRole.MIGRATION);
        assertThat(sessions.roleOf(1)).isEmpty();

        for (int pid = 1; pid <= SessionRegistry.MAX_SESSIONS; pid++) {
            sessions.register(pid, SessionRole.OLD_VERSION);
        }
        assertThat(sessions.roleOf(0)).isEmpty();
        assertThat(sessions.roleOf(1)).contains(SessionRole.OLD_VERSION);
    }

    @Test
    void the_operation_that_shares_the_most_time_is_the_one() {
        sessions.register(1, SessionRole.OLD_VERSION);
        sessions.operationStarted(1, FIND, at(10));
        sessions.operationEnded(1, at(20));
        sessions.operationStarted(1, RENAME, at(20.1));

        assertThat(sessions.operationAt(1, at(12), at(20.5))).contains(FIND);
        assertThat(sessions.operationAt(1, at(19.5), at(25))).contains(RENAME);
        assertThat(sessions.operationAt(1, at(900), at(901))).contains(RENAME);
        assertThat(sessions.operationAt(1, at(1), at(9))).isEmpty();
        assertThat(sessions.operationAt(2, at(12), at(13))).isEmpty();
    }

    @Test
    void an_operation_of_a_session_nobody_announced_is_ignored() {
        sessions.operationStarted(7, FIND, at(1));
        sessions.operationEnded(7, at(2));

        assertThat(sessions.operationAt(7, at(1), at(2))).isEmpty();
    }

    @Test
    void the_latest_operations_are_remembered() {
        sessions.register(1, SessionRole.OLD_VERSION);
        int count = 3 * SessionOperations.CAPACITY;
        for (int i = 0; i < count; i++) {
            OperationName name = new OperationName(VersionRole.NEW, "op" + i);
            sessions.operationStarted(1, name, at(i * 10));
            sessions.operationEnded(1, at(i * 10 + 9));
        }

        for (int i = count - SessionOperations.CAPACITY; i < count; i++) {
            assertThat(sessions.operationAt(1, at(i * 10 + 1), at(i * 10 + 2)))
                    .map(OperationName::operation)
                    .contains("op" + i);
        }
        assertThat(sessions.operationAt(1, at(11), at(12))).isEmpty();
    }

    @Test
    void the_statement_at_an_instant_is_the_one_that_runs_or_the_last_before() {
        MigrationTimeline timeline = new MigrationTimeline();
        SqlStatement first = new SqlStatement("select 1", "V2.sql", 1);
        SqlStatement second = new SqlStatement("select 2", "V2.sql", 2);
        timeline.statementStarted(1, first, at(10));
        timeline.statementEnded(1, at(20));
        timeline.statementStarted(1, second, at(30));

        assertThat(timeline.statementAt(1, at(9))).isEmpty();
        assertThat(timeline.statementAt(1, at(10))).contains(first);
        assertThat(timeline.statementAt(1, at(25))).contains(first);
        assertThat(timeline.statementAt(1, at(35))).contains(second);
        assertThat(timeline.statementAt(2, at(35))).isEmpty();
    }

    @Test
    void of_very_many_statements_the_latest_are_remembered() {
        MigrationTimeline timeline = new MigrationTimeline();
        for (int i = 0; i <= MigrationTimeline.CAPACITY; i++) {
            timeline.statementStarted(1, new SqlStatement("select " + i, "V2.sql", i + 1), at(i));
        }

        assertThat(timeline.statementAt(1, at(0.5))).isEmpty();
        assertThat(timeline.statementAt(1, at(1.5))).map(SqlStatement::line).contains(2);
    }
}
