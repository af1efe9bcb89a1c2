package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.database.Database;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.Throttle;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner for production, on a real server. */
@Timeout(120)
class BackfillRunnerTest {
    private static final String COUNT = "update customer set visits = visits + 1 where :batch";
    private static final String FILL =
            "update customer set first_name = split_part(full_name, ' ', 1)" + " where :batch and first_name is null";

    private final Database database = TestServer.get().fresh("backfill", empty -> {});
    private final HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void connect() throws SQLException {
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername("postgres");
        pool.setMaximumPoolSize(3);
        execute(
                "create table customer (id bigint primary key, full_name text, first_name text, visits int default 0)",
                "insert into customer select g * 7, 'Ada ' || g from generate_series(1, 1000) g");
    }

    @AfterEach
    void disconnect() {
        pool.close();
        database.close();
    }

    @Test
    void everyRowIsFilledOnceAndNothingIsLeftBehind() throws Exception {
        List<BackfillProgress> told = new ArrayList<>();

        BackfillProgress end = new BackfillRunner(pool)
                .tellingProgress(told::add)
                .run(Backfill.over("customer", COUNT).inBatchesOf(300));

        assertThat(column("select distinct visits from customer")).containsExactly("1");
        assertThat(told).extracting(BackfillProgress::batches).containsExactly(1L, 2L, 3L, 4L, 4L);
        assertThat(told).extracting(BackfillProgress::rows).containsExactly(300L, 600L, 900L, 1000L, 1000L);
        assertThat(told)
                .extracting(progress -> progress.position().get(0))
                .containsExactly("2100", "4200", "6300", "7000", "7000");
        assertThat(end.done()).isTrue();
        assertThat(end.resumed()).isFalse();
        assertThat(column("select nspname from pg_namespace where nspname like 'zdm%'"))
                .isEmpty();
        assertThat(column("select objid from pg_locks where locktype = 'advisory' and database = "
                        + "(select oid from pg_database where datname = current_database())"))
                .isEmpty();
    }

    @Test
    void itGoesOnWhereItWasStopped() throws Exception {
        Backfill backfill = Backfill.over("customer", COUNT).inBatchesOf(100);

        assertThatThrownBy(() -> new BackfillRunner(pool).run(backfill.throttledBy(failingAfter(4))))
                .isInstanceOf(ChangeException.class)
                .hasMessageContaining("no more");
        assertThat(column("select last[1] || ' of ' || until[1] || ', ' || batches from zdm_backfill.position"))
                .containsExactly("2800 of 7000, 4");

        BackfillProgress end = new BackfillRunner(pool).run(backfill);

        assertThat(end.resumed()).isTrue();
        assertThat(end.batches()).isEqualTo(10);
        assertThat(end.rows()).isEqualTo(600);
        assertThat(column("select distinct visits from customer")).containsExactly("1");
        assertThat(column("select nspname from pg_namespace where nspname like 'zdm%'"))
                .isEmpty();
    }

    @Test
    void aBatchIsDoneTogetherWithItsPositionOrNotAtAll() throws SQLException {
        Throttle sabotage = once(4, () -> execute("drop table zdm_backfill.position"));

        assertThatThrownBy(() -> new BackfillRunner(pool)
                        .run(Backfill.over("customer", COUNT).inBatchesOf(100).throttledBy(sabotage)))
                .hasMessageContaining("\"zdm_backfill.position\" does not exist");

        assertThat(column("select sum(visits) from customer")).containsExactly("300");
    }

    @Test
    void rowsThatComeBehindTheEndDoNotKeepItFromEnding() throws Exception {
        Throttle inserting = connection -> {
            execute("insert into customer select max(id) + g, 'New ' || g from customer, generate_series(1, 500) g "
                    + "group by g");
            return Duration.ZERO;
        };

        BackfillProgress end = new BackfillRunner(pool)
                .run(Backfill.over("customer", COUNT).inBatchesOf(200).throttledBy(inserting));

        assertThat(end.rows()).isEqualTo(1000);
        assertThat(column("select count(*) from customer where visits = 0 and id <= 7000"))
                .containsExactly("0");
    }

    @Test
    void anyKeyWillDo() throws Exception {
        execute(
                "create table by_uuid (id uuid primary key default gen_random_uuid(), n int default 0)",
                "insert into by_uuid (n) select 0 from generate_series(1, 700)",
                "create table by_text (\"order\" text collate \"C\" unique not null, n int default 0)",
                "insert into by_text select chr(32 + g % 90) || '''\\ä😀' || g, 0 from generate_series(1, 700) g",
                "create table by_two (tenant int, code text, n int default 0, primary key (tenant, code))",
                "insert into by_two select g % 7, 'c' || g from generate_series(1, 700) g",
                "create table by_day (day timestamptz, id int, n int default 0, primary key (day, id)) partition by range (day)",
                "create table by_day_1 partition of by_day for values from ('2026-01-01') to ('2026-06-01')",
                "create table by_day_2 partition of by_day default",
                "insert into by_day select timestamptz '2026-02-01' + g * interval '7 hours 0.000001 s', g from generate_series(1, 700) g");

        for (String table : List.of("by_uuid", "by_text", "by_two", "by_day")) {
            BackfillProgress end = new BackfillRunner(pool)
                    .run(Backfill.over(table, "update " + table + " set n = n + 1 where :batch")
                            .inBatchesOf(90));
            assertThat(end.batches()).as(table).isEqualTo(8);
            assertThat(column("select distinct n from " + table)).as(table).containsExactly("1");
        }
    }

    @Test
    void aTableMayHaveAnAlias() throws Exception {
        execute(
                "create table name (customer bigint primary key, first_name text)",
                "insert into name select id, 'x' from customer");

        new BackfillRunner(pool)
                .run(
                        Backfill.over(
                                "customer c",
                                "c.id",
                                "update customer c set first_name = n.first_name from name n where n.customer = c.id and :batch"));

        assertThat(column("select distinct first_name from customer")).containsExactly("x");
    }

    @Test
    void anIntegerKeyMayBeNamedByItsRange() throws Exception {
        execute("insert into customer values (9223372036854775807, 'Last One'), (-9223372036854775808, 'First One')");

        new BackfillRunner(pool)
                .run(Backfill.over(
                                "customer",
                                "id",
                                "update customer set visits = visits + 1 where id >= :from and id < :to")
                        .inBatchesOf(400));

        assertThat(column("select distinct visits from customer")).containsExactly("1");
    }

    @Test
    void anEmptyTableIsDoneAtOnce() throws Exception {
        execute("truncate customer");

        assertThat(new BackfillRunner(pool)
                        .run(Backfill.over("customer", COUNT))
                        .batches())
                .isZero();
    }

    @Test
    void aKeyThatCannotBeWalkedIsExplained() throws SQLException {
        execute(
                "create table note (line text, day date)",
                "create unique index on note (line)",
                "create table visit (id int primary key, at timestamptz not null, who int not null)",
                "create index on visit (at)");

        assertUnusable(
                Backfill.over("note", "update note set day = now() where :batch"),
                "the backfill of note has no usable key: it has no primary key, and no unique index over columns that are "
                        + "NOT NULL; give it one first: CREATE UNIQUE INDEX CONCURRENTLY");
        assertUnusable(
                Backfill.over("note", "line", "update note set day = now() where :batch"),
                "line may be NULL, and rows without a key would be left out");
        assertUnusable(
                Backfill.over("visit", "who", "update visit set at = now() where :batch"),
                "no valid index begins with (who): each batch would sort the whole table; usable: (id)");
        assertUnusable(
                Backfill.over("visit", "at", "update visit set at = now() where :batch"),
                "(at) is not unique, so that a batch of equal keys could have any number of rows; usable: (id)");
        assertUnusable(
                Backfill.over("nothing", "update nothing set a = 1 where :batch"),
                "the backfill names the table nothing, which does not exist");
        execute("create table by_text (id text primary key)");
        assertUnusable(
                Backfill.over("by_text", "update by_text set id = id where id >= :from and id < :to"),
                "needs a key of one integer column, but the key (id) is text; name the batch with :batch");
        assertThatThrownBy(() -> Backfill.over("visit", "update visit set who = 1"))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("must name its batch with :batch");
    }

    private void assertUnusable(Backfill backfill, String why) {
        assertThatThrownBy(() -> new BackfillRunner(pool).run(backfill))
                .isInstanceOf(ChangeException.class)
                .hasMessageContaining(why);
    }

    @Test
    void throttlesAndLatencyHoldItUp() throws Exception {
        Deque<Duration> latencies = new ArrayDeque<>(List.of(Duration.ofMillis(300), Duration.ofMillis(300)));
        Deque<Duration> waits = new ArrayDeque<>(List.of(Duration.ofMillis(20)));
        List<Long> batchesWhenAsked = new ArrayList<>();
        List<BackfillProgress> told = new ArrayList<>();
        Backfill backfill = Backfill.over("customer", COUNT)
                .inBatchesOf(500)
                .yieldingAbove(Duration.ofMillis(200))
                .throttledBy(Throttle.replicationLag(Duration.ofSeconds(1)))
                .throttledBy(connection -> {
                    batchesWhenAsked.add((long) told.size());
                    return waits.isEmpty() ? Duration.ZERO : waits.pop();
                });

        new BackfillRunner(pool)
                .watchingLatency(() -> latencies.isEmpty() ? Duration.ZERO : latencies.pop())
                .tellingProgress(told::add)
                .run(backfill);

        assertThat(latencies).isEmpty();
        assertThat(batchesWhenAsked).startsWith(0L, 0L, 1L);
        assertThat(told.get(0).heldUp()).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        assertThatThrownBy(() -> new BackfillRunner(pool).run(backfill))
                .hasMessageContaining("nobody tells how long they take; run it by BackfillRunner.watchingLatency");
    }

    @Test
    void theSameBackfillDoesNotRunTwiceAtOnce() throws Exception {
        Backfill backfill = Backfill.over("customer", COUNT);
        Throttle second = once(
                1,
                () -> assertThatThrownBy(() -> new BackfillRunner(pool).run(backfill))
                        .hasMessageContaining("is under way in another session already"));

        new BackfillRunner(pool).run(backfill.throttledBy(second));

        assertThat(column("select distinct visits from customer")).containsExactly("1");
    }

    @Test
    void anInterruptStopsItBetweenTwoBatches() throws Exception {
        Backfill backfill = Backfill.over("customer", COUNT).inBatchesOf(100);

        assertThatThrownBy(() -> new BackfillRunner(pool)
                        .tellingProgress(progress -> {
                            if (progress.batches() == 3) {
                                Thread.currentThread().interrupt();
                            }
                        })
                        .run(backfill))
                .isInstanceOf(ChangeException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(new BackfillRunner(pool).run(backfill).rows()).isEqualTo(700);
    }

    @Test
    void whoMayNotCreateASchemaNamesATable() throws Exception {
        execute(
                "drop role if exists filler",
                "create role filler login",
                "grant select, update on customer to filler",
                "create schema ops authorization filler");
        HikariDataSource restricted = new HikariDataSource();
        restricted.setJdbcUrl(database.jdbcUrl());
        restricted.setUsername("filler");
        Backfill backfill = Backfill.over("customer", COUNT);
        try (restricted) {
            assertThatThrownBy(() -> new BackfillRunner(restricted).run(backfill))
                    .hasMessageContaining("permission denied for database")
                    .hasMessageContaining("name it with keepingPositionIn");

            new BackfillRunner(restricted).run(backfill.keepingPositionIn("ops.position"));
        }
        assertThat(column("select distinct visits from customer")).containsExactly("1");
        assertThat(column("select count(*) from ops.position")).containsExactly("0");
        execute("drop owned by filler", "drop role filler");
    }

    @Test
    void theExampleOfTheDocumentFillsTheNames() throws Exception {
        DataSource dataSource = pool;
        List<String> log = new ArrayList<>();

        Backfill names = Backfill.over("customer", FILL)
                .inBatchesOf(100)
                .aimingAt(Duration.ofMillis(50))
                .pausing(Duration.ofMillis(5))
                .throttledBy(Throttle.replicationLag(Duration.ofSeconds(2)));
        new BackfillRunner(dataSource)
                .tellingProgress(progress -> log.add(progress.batches() + " batches, " + progress.rows()
                        + " rows, next " + progress.batchSize() + ", at " + progress.position()))
                .run(names);

        assertThat(column("select distinct first_name from customer")).containsExactly("Ada");
        assertThat(log).hasSizeGreaterThan(1);
    }

    /** Something that may throw. */
    @FunctionalInterface
    private interface Action {
        void run() throws SQLException;
    }

    private static Throttle once(int before, Action action) {
        int[] asked = new int[1];
        return connection -> {
            asked[0]++;
            if (asked[0] == before) {
                action.run();
            }
            return Duration.ZERO;
        };
    }

    private static Throttle failingAfter(int batches) {
        return once(batches + 1, () -> {
            throw new SQLException("no more");
        });
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> column(String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
