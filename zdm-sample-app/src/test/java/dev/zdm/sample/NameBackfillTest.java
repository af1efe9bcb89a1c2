package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NameBackfillTest {
    private static final String WRONG =
            "select id from customer where full_name is distinct from concat_ws(' ', first_name, last_name)";

    private final SampleDatabase database = SampleDatabase.migratedTo("1");
    private final NameBackfill backfill = new NameBackfill(database.source());

    @BeforeEach
    void customers_from_before() {
        database.sql()
                .execute("insert into customer (full_name, email) select 'Ada ' || n, 'ada' || n"
                        + " from generate_series(1, 1201) n");
        database.migrateTo("2");
    }

    @Test
    void fills_every_customer_once() {
        assertThat(backfill.run()).isEqualTo(1201);
        assertThat(database.rows(WRONG)).isEmpty();
        assertThat(backfill.run()).isZero();
    }

    @Test
    void leaves_alone_what_has_been_written_since() {
        database.sql().execute("update customer set first_name = 'Mary Ann', last_name = null where id = 7");

        assertThat(backfill.run()).isEqualTo(1200);
        assertThat(database.rows("select full_name, first_name, last_name from customer where id = 7"))
                .containsExactly("Mary Ann|Mary Ann|∅");
    }

    @Test
    @Timeout(60)
    void waits_for_a_rename_and_keeps_it() throws Exception {
        CompletableFuture<Integer> filled = new CompletableFuture<>();
        database.sql().transaction(session -> {
            session.dsl().execute("update customer set full_name = 'Grace Hopper' where id = 7");
            Thread runner = new Thread(() -> filled.completeAsync(backfill::run, Runnable::run), "backfill");
            runner.start();
            awaitSomebodyWaiting();
        });

        assertThat(filled.get(30, TimeUnit.SECONDS)).isEqualTo(1200);
        assertThat(database.rows("select full_name, first_name, last_name from customer where id = 7"))
                .containsExactly("Grace Hopper|Grace|Hopper");
        assertThat(database.rows(WRONG)).isEmpty();
    }

    private void awaitSomebodyWaiting() {
        String waiting = "select pid from pg_locks where not granted";
        while (database.rows(waiting).isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
