package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerLog;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.workload.Operation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the second test class of a run need not wait for. */
class SecondClassTest {
    private static final EmbeddedSettings SERVER = EmbeddedSettings.defaults().withoutDurability();
    private static final Settings SETTINGS = Settings.from(name -> Optional.empty(), Path.of("target"));

    @Test
    void takes_its_databases_from_the_template_of_the_first_if_it_begins_with_the_same() {
        try (CountingServer server = new CountingServer(EmbeddedServer.start(SERVER))) {
            open(new First(), server);
            assertThat(server.builds).hasValue(1);

            open(new Second(), server);
            assertThat(server.builds).hasValue(1);

            open(new Other(), server);
            assertThat(server.builds).hasValue(2);
        }
    }

    private static void open(Object testInstance, PostgresServer server) {
        CoreEngine engine = new CoreEngine();
        RehearsalPlan plan = new PlanReader(testInstance.getClass(), testInstance, SETTINGS).read("second class");
        engine.open(engine.resolve(plan), server, ProgressListener.silent()).close();
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:db/customer",
            seed = "db/customer-seed.sql",
            rows = 500,
            oldVersion = Nobody.class,
            newVersion = Nobody.class)
    private static class First {
        @EveryMigration
        void isZeroDowntime() {}
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:db/customer",
            seed = "db/customer-seed.sql",
            rows = 500,
            to = "2",
            lockWaitMillis = 10,
            oldVersion = Nobody.class,
            newVersion = Nobody.class)
    private static class Second {
        @EveryMigration
        void isZeroDowntime() {}
    }

    @ZeroDowntimeMigration(
            from = "1",
            locations = "classpath:db/customer",
            seed = "db/customer-seed.sql",
            rows = 501,
            oldVersion = Nobody.class,
            newVersion = Nobody.class)
    private static class Other {
        @EveryMigration
        void isZeroDowntime() {}
    }

    private static class Nobody {
        Nobody(DataSource database) {
            assertThat(database).isNotNull();
        }

        @Operation
        void rests() {}
    }

    /** Counts the templates that are built. */
    private record CountingServer(EmbeddedServer server, AtomicInteger builds) implements PostgresServer {
        CountingServer(EmbeddedServer server) {
            this(server, new AtomicInteger());
        }

        @Override
        public String kind() {
            return server.kind();
        }

        @Override
        public String version() {
            return server.version();
        }

        @Override
        public Map<String, String> settings() {
            return server.settings();
        }

        @Override
        public Database fresh(Object key, DatabaseBuilder builder) {
            return server.fresh(key, empty -> {
                builds.incrementAndGet();
                builder.build(empty);
            });
        }

        @Override
        public ServerLog log() {
            return server.log();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
