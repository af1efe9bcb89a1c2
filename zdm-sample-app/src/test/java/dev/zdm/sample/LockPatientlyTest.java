package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A migration that meets a long transaction waits for it without making the application wait. */
class LockPatientlyTest {
    private static final String WAITING = "select pid from pg_locks where not granted";

    @Test
    @Timeout(60)
    void lets_the_application_work_while_the_migration_waits() throws Exception {
        SampleDatabase database = SampleDatabase.migratedTo("1");
        CompletableFuture<Void> migration = new CompletableFuture<>();

        database.sql().transaction(report -> {
            report.dsl().execute("select count(*) from customer");
            new Thread(() -> migration.completeAsync(() -> migrate(database), Runnable::run), "migration").start();
            for (int i = 0; i < 5; i++) {
                awaitRequestForTheLock(database);
                database.sql().execute("insert into customer (full_name, email) values ('Ada Lovelace', ?)", "ada" + i);
                assertThat(database.rows("select full_name from customer")).hasSize(i + 1);
            }
            assertThat(migration).isNotDone();
        });

        migration.get(30, TimeUnit.SECONDS);
        assertThat(database.rows("select first_name from customer")).hasSize(5);
    }

    private static Void migrate(SampleDatabase database) {
        database.migrateTo("2");
        return null;
    }

    private static void awaitRequestForTheLock(SampleDatabase database) {
        while (database.rows(WAITING).isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
