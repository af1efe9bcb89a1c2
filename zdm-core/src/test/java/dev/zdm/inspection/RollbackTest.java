package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.QuietWayBack;
import dev.zdm.observation.QuietWayBack.Loss;
import dev.zdm.observation.QuietWayBack.Origin;
import dev.zdm.observation.WayBack;
import dev.zdm.observation.WayBack.Need;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Invariant;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What rollbacks leave and lose, each on a quiet clone: the mutants, and the correct form of each beside it. */
@Tag("measured")
class RollbackTest {
    private static final List<String> CUSTOMERS = List.of(
            "create table customer (id bigint primary key, name text not null, note text)",
            "comment on column customer.note is 'what the shop says'",
            "insert into customer select g, 'n' || g, 'note ' || g from generate_series(1, 300) g");

    private static final String ADD = "alter table customer add column label text";
    private static final String FILL = "update customer set label = name";
    private static final String DROP = "alter table customer drop column label";
    private static final String SYNC = """
            create function in_step() returns trigger language plpgsql as $$
            begin
                if tg_op = 'INSERT' or new.label is distinct from old.label then
                    new.name := coalesce(new.label, new.name);
                end if;
                new.label := new.name;
                return new;
            end $$""";
    private static final String TRIGGER =
            "create trigger in_step before insert or update on customer " + "for each row execute function in_step()";
    private static final String DROP_TRIGGER = "drop trigger in_step on customer";
    private static final String DROP_SYNC = "drop function in_step()";

    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What both releases do; they keep the name in different columns. */
    abstract static class Release {
        private final DataSource database;
        private final String column;

        Release(DataSource database, String column) {
            this.database = database;
            this.column = column;
        }

        @Operation
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long id = keys.own();
            String name = ledger.newValue(id);
            update("update customer set " + column + " = ? where id = ?", name, id);
            ledger.acknowledge(id, name);
        }

        @ReadBack
        @Nullable
        String name(long id) throws SQLException {
            try (Connection session = database.getConnection();
                    PreparedStatement query =
                            session.prepareStatement("select " + column + " from customer where id = ?")) {
                query.setLong(1, id);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? row.getString(1) : null;
                }
            }
        }

        void update(String sql, Object... parameters) throws SQLException {
            try (Connection session = database.getConnection();
                    PreparedStatement update = session.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    update.setObject(i + 1, parameters[i]);
                }
                update.executeUpdate();
            }
        }
    }

    /** The release that keeps the name in {@code name}. */
    static final class Old extends Release {
        Old(DataSource database) {
            super(database, "name");
        }
    }

    /** The release that keeps it in {@code label}. */
    static final class New extends Release {
        New(DataSource database) {
            super(database, "label");
        }
    }

    /** A release that writes what the old one does not know, and new customers. */
    static final class Labelling extends Release {
        Labelling(DataSource database) {
            super(database, "name");
        }

        @Operation
        void label(Keys keys) throws SQLException {
            update("update customer set label = ? where id = ?", "vip", keys.any());
        }

        @Operation
        void register() throws SQLException {
            update(
                    "insert into customer (id, name, label) values (?, 'new', null)",
                    1000 + Math.abs(UUID.randomUUID().getLeastSignificantBits() >> 8));
        }
    }

    private static RehearsalPlan plan(Class<?> newVersion, Change change, @Nullable Change undo) {
        Phase phase = Phase.of("expand", change);
        return RehearsalPlan.named("customers", Baseline.ofSql("select 1").withRows(300))
                .withVersions(ApplicationVersion.of(Old.class), ApplicationVersion.of(newVersion))
                .withPhase(undo == null ? phase : phase.withRollback(undo));
    }

    private static RehearsalPlan plan(Class<?> newVersion, List<String> change, String... undo) {
        return plan(newVersion, Change.statements(change.toArray(String[]::new)), Change.statements(undo));
    }

    private static WayBack inspect(RehearsalPlan plan) throws SQLException, InterruptedException {
        try (Inspection inspection = new Inspection(plan, fresh())) {
            Inspected inspected = inspection.inspect(0);
            assertThat(inspected.failure()).isNull();
            return inspected.wayBack();
        }
    }

    private static QuietWayBack quiet(RehearsalPlan plan) throws SQLException, InterruptedException {
        QuietWayBack quiet = inspect(plan).quiet();
        assertThat(quiet).isNotNull();
        return quiet;
    }

    private static Database fresh() {
        return server.fresh(CUSTOMERS, empty -> {
            try (Connection connection = DriverManager.getConnection(empty.jdbcUrl(), empty.credentials());
                    Statement statement = connection.createStatement()) {
                for (String sql : CUSTOMERS) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void thatUndoesAllAndKeepsWhatTheNewVersionWroteIsSound() throws Exception {
        QuietWayBack quiet = quiet(plan(New.class, List.of(ADD, FILL, SYNC, TRIGGER), DROP_TRIGGER, DROP_SYNC, DROP));

        assertThat(quiet.isSound()).as(quiet.toString()).isTrue();
        assertThat(quiet.written()).isPositive();
        assertThat(quiet.ledger().drainedReadBacks()).isPositive();
    }

    @Test
    void thatForgetsATriggerNamesIt() throws Exception {
        QuietWayBack quiet = quiet(plan(New.class, List.of(ADD, FILL, SYNC, TRIGGER), DROP));

        assertThat(quiet.notRestored())
                .anySatisfy(line -> assertThat(line).startsWith("new: trigger in_step on customer"))
                .anySatisfy(line -> assertThat(line).startsWith("new: function in_step()"));
        assertThat(quiet.isSound()).isFalse();
    }

    @Test
    void thatLosesAColumnsCommentNamesIt() throws Exception {
        List<String> change = List.of(
                "alter table customer add column note_copy text",
                "update customer set note_copy = note",
                "alter table customer drop column note");
        String again = "alter table customer add column note text";
        String fill = "update customer set note = note_copy";
        String drop = "alter table customer drop column note_copy";

        QuietWayBack mutant = quiet(plan(Old.class, change, again, fill, drop));
        QuietWayBack correct = quiet(
                plan(Old.class, change, again, fill, drop, "comment on column customer.note is 'what the shop says'"));

        assertThat(mutant.notRestored()).singleElement().asString().contains("comment", "note", "what the shop says");
        assertThat(correct.isSound()).as(correct.toString()).isTrue();
    }

    @Test
    void thatDropsWhatTheNewVersionWroteNamesColumnValuesAndExamples() throws Exception {
        RehearsalPlan plan = plan(Labelling.class, List.of(ADD), DROP);

        assertThat(quiet(plan).losses()).singleElement().satisfies(loss -> {
            assertThat(loss.place()).isEqualTo("customer.label");
            assertThat(loss.origin()).isEqualTo(Origin.NEW_VERSION);
            assertThat(loss.count()).isBetween(1L, 5L);
            assertThat(loss.first()).first().asString().matches("key \\d+: 'vip'");
            assertThat(loss.allowed()).isFalse();
        });
        Phase phase = plan.phases().get(0);
        QuietWayBack allowed = quiet(plan.withPhases(List.of(phase.losing("customer.label"))));
        assertThat(allowed.losses()).extracting(Loss::allowed).containsExactly(true);
        assertThat(allowed.isSound()).as(allowed.toString()).isTrue();
    }

    @Test
    void thatDropsWhatAnInvariantComparesLosesNothing() throws Exception {
        QuietWayBack quiet = quiet(plan(Labelling.class, List.of(ADD), DROP)
                .withInvariant(Invariant.of("kept", "select id from customer where label <> 'vip' and note is null")
                        .from("expand")));

        assertThat(quiet.losses()).isEmpty();
    }

    @Test
    void thatLetsTheOldVersionReadSomethingElseNamesKeyAndValue() throws Exception {
        QuietWayBack quiet = quiet(plan(New.class, List.of(ADD, FILL), DROP));

        assertThat(quiet.ledger().mismatches()).isNotEmpty();
        assertThat(quiet.ledger().mismatches().get(0).first().get(0).fact()).isEqualTo("name");
    }

    @Test
    void thatDeletesRowsOfTheNewVersionNamesThem() throws Exception {
        QuietWayBack quiet = quiet(plan(Labelling.class, List.of(ADD), "delete from customer where id > 300", DROP));

        assertThat(quiet.losses()).anySatisfy(loss -> {
            assertThat(loss.place()).isEqualTo("customer");
            assertThat(loss.origin()).isEqualTo(Origin.NEW_VERSION);
            assertThat(loss.count()).isEqualTo(5);
        });
    }

    @Test
    void thatChangesOldValuesNamesThem() throws Exception {
        QuietWayBack quiet = quiet(plan(
                New.class,
                List.of(ADD, FILL, SYNC, TRIGGER),
                DROP_TRIGGER,
                DROP_SYNC,
                "update customer set note = upper(note) where id = 7",
                DROP));

        assertThat(quiet.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.place()).isEqualTo("customer.note");
            assertThat(loss.origin()).isEqualTo(Origin.BEFORE);
            assertThat(loss.first()).containsExactly("key 7: 'note 7', now 'NOTE 7'");
        });
    }

    @Test
    void thatFailsOnWhatTheNewVersionWroteSaysSo() throws Exception {
        QuietWayBack quiet = quiet(plan(
                Labelling.class,
                List.of(ADD, "alter table customer alter column name drop not null"),
                "update customer set name = label where id > 300",
                DROP,
                "alter table customer alter column name set not null"));

        assertThat(quiet.failure().failure().sqlState().code()).isEqualTo("23502");
        assertThat(quiet.failure().statement().position()).isEqualTo("statement:3");
    }

    /** A release that writes to the parts of a whole, and to a table without a key. */
    static final class Booking extends Release {
        Booking(DataSource database) {
            super(database, "name");
        }

        @Operation
        void book(Keys keys) throws SQLException {
            update("insert into booking values (?, 'b')", keys.any() % 200);
            update("insert into trail values ('t')");
        }
    }

    @Test
    void thatDropsTablesNamesTheirRows() throws Exception {
        List<String> change = List.of(
                "create table booking (id int, what text) partition by range (id)",
                "create table booking_1 partition of booking for values from (0) to (100)",
                "create table booking_2 partition of booking for values from (100) to (200)",
                "create table trail (what text)");

        QuietWayBack quiet = quiet(plan(Booking.class, change, "drop table booking", "drop table trail"));

        assertThat(quiet.losses()).extracting(Loss::place).containsExactly("booking", "trail");
        assertThat(quiet.notRestored()).isEmpty();
    }

    @Test
    void thatFailsNamesTheStatementAndTheCode() throws Exception {
        QuietWayBack quiet =
                quiet(plan(New.class, List.of(ADD, FILL, SYNC, TRIGGER), DROP_TRIGGER, DROP_SYNC, DROP + "s"));

        assertThat(quiet.failure()).isNotNull();
        assertThat(quiet.failure().statement().position()).isEqualTo("statement:3");
        assertThat(quiet.failure().failure().sqlState().code()).isEqualTo("42703");
        assertThat(quiet.notRestored()).isEmpty();
    }

    @Test
    void afterWhichTheChangeCannotBeRepeatedIsNamed() throws Exception {
        List<String> change = List.of("insert into customer values (0, 'nobody', null)");

        QuietWayBack mutant = quiet(plan(Old.class, change, "select 1"));
        QuietWayBack correct = quiet(plan(Old.class, change, "delete from customer where id = 0"));

        assertThat(mutant.failureAgain()).isNotNull();
        assertThat(mutant.failureAgain().failure().sqlState().code()).isEqualTo("23505");
        assertThat(correct.isSound()).as(correct.toString()).isTrue();
    }

    @Test
    void isNotNeededWhereValuesWereOnlyAdded() throws Exception {
        assertThat(inspect(plan(Old.class, Change.statements("update customer set note = note where id < 9"), null))
                        .need())
                .isEqualTo(Need.ADDED_ONLY);
        assertThat(inspect(plan(Old.class, Change.statements("update customer set note = 'x' where id = 9"), null))
                        .need())
                .isEqualTo(Need.MISSING);
        assertThat(inspect(plan(Old.class, Change.statements(ADD), null)).need())
                .isEqualTo(Need.MISSING);
    }
}
