package dev.zdm.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.database.Database;
import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.When;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.CustomerVersions.New;
import dev.zdm.rehearsal.CustomerVersions.NewInBulk;
import dev.zdm.rehearsal.CustomerVersions.NewStrict;
import dev.zdm.rehearsal.CustomerVersions.Old;
import dev.zdm.rehearsal.CustomerVersions.OldInBulk;
import dev.zdm.rehearsal.Moment.Kind;
import dev.zdm.workload.Comparison;
import dev.zdm.workload.Facts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Comparisons of what two versions read, on a real server. */
class AgreementLookTest {
    private static final int ROWS = 2500;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Moment BOTH_AT_WORK = new Moment(Kind.LOAD, true, List.of(), true);

    private final Database database = TestServer.get().fresh("agreement", AgreementLookTest::fill);
    private final AgreementTally tally = new AgreementTally();
    private Connection other;

    private static void fill(Database empty) {
        try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                Statement statement = connection.createStatement()) {
            statement.execute("create table customer (id bigint primary key, name text, label text)");
            statement.execute(
                    "insert into customer select g, 'c' || g, 'c' || g from generate_series(1, " + ROWS + ") g");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection session() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    @BeforeEach
    void connect() throws SQLException {
        other = session();
    }

    @AfterEach
    void close() throws SQLException {
        try (database) {
            other.close();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    private AgreementLook look(Class<?> newer) {
        RehearsalPlan plan = RehearsalPlan.named(
                        "customers", Baseline.ofSql("select 1").withRows(ROWS))
                .withVersions(ApplicationVersion.of(Old.class), ApplicationVersion.of(newer));
        return new AgreementLook(plan, this::session, WallClock.start(), tally);
    }

    private Agreement compareAll(Class<?> older, Class<?> newer) throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(database.jdbcUrl());
            pool.setDataSourceProperties(database.credentials());
            return compareAll(older, newer, pool);
        }
    }

    private static Agreement compareAll(Class<?> older, Class<?> newer, DataSource database) throws Exception {
        Comparison comparison = new Comparison(
                Facts.bind(ApplicationVersion.of(older), database),
                Facts.bind(ApplicationVersion.of(newer), database),
                Instant::now);
        comparison.compareAll(ROWS, 2);
        List<Agreement> found = comparison.take(When.DRAINED);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    /** Each transaction writes both columns, one after the other; no snapshot shows one without the other. */
    @Test
    void writesUnderWayNeverLookLikeADifference() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<?> writes = writer.submit(() -> {
            for (int i = 0; !stop.get(); i++) {
                execute("update customer set name = 'n" + i + "' where id % 50 = " + i % 50 + "; "
                        + "update customer set label = 'n" + i + "' where id % 50 = " + i % 50);
            }
            return null;
        });
        try (AgreementLook look = look(New.class)) {
            for (int i = 0; i < 150; i++) {
                assertThat(look.look(BOTH_AT_WORK, LIMIT)).isTrue();
            }
        }
        stop.set(true);
        writes.get();
        writer.shutdown();

        assertThat(tally.take()).singleElement().satisfies(agreement -> {
            assertThat(agreement.comparisons()).isEqualTo(150 * 8);
            assertThat(agreement.differing()).isZero();
        });
    }

    @Test
    void whatDiffersUnderLoadIsToldWithBothValues() throws SQLException {
        execute("update customer set label = 'other' || id");
        try (AgreementLook look = look(New.class)) {
            look.look(BOTH_AT_WORK, LIMIT);
        }

        assertThat(tally.take()).singleElement().satisfies(agreement -> {
            assertThat(agreement.differing()).isEqualTo(8);
            assertThat(agreement.first())
                    .allSatisfy(difference -> assertThat(difference.inWords())
                            .isEqualTo("key %1$d: old 'c%1$d', new 'other%1$d'".formatted(difference.key())));
        });
    }

    @Test
    void oneLostRowAmongManyIsFoundInBulkAndKeyByKey() throws Exception {
        execute("update customer set label = 'c1' where id = 2499");

        for (Agreement agreement : List.of(
                compareAll(OldInBulk.class, NewInBulk.class),
                compareAll(Old.class, New.class),
                compareAll(Old.class, NewInBulk.class))) {
            assertThat(agreement.comparisons()).isEqualTo(ROWS);
            assertThat(agreement.differing()).isEqualTo(1);
            assertThat(agreement.first().get(0).inWords()).isEqualTo("key 2499: old 'c2499', new 'c1'");
        }
    }

    @Test
    void anotherDefaultInEachVersionIsADifference() throws Exception {
        execute("alter table customer alter name set default 'basic', alter label set default 'gold'");
        assertThat(compareAll(OldInBulk.class, NewInBulk.class).differing()).isZero();
        execute("delete from customer where id = 7");
        execute("insert into customer (id) values (7)");

        assertThat(compareAll(OldInBulk.class, NewInBulk.class).first())
                .singleElement()
                .satisfies(difference -> assertThat(difference.inWords()).isEqualTo("key 7: old 'basic', new 'gold'"));
    }

    @Test
    void aReadBackThatFailsIsNoAgreement() throws Exception {
        execute("update customer set name = null, label = null where id = 9");

        assertThat(compareAll(Old.class, NewStrict.class)).satisfies(agreement -> {
            assertThat(agreement.unread()).isEqualTo(1);
            assertThat(agreement.failure()).contains("no customer 9");
            assertThat(agreement.differing()).isZero();
        });
        assertThat(compareAll(NewStrict.class, NewStrict.class)).satisfies(agreement -> {
            assertThat(agreement.unread()).isZero();
            assertThat(agreement.comparisons()).isEqualTo(ROWS - 1);
        });
    }
}
