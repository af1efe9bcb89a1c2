package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** What the contract does to a session that lives through it with its prepared statements. */
class PreparedStatementsTest {
    /** From its fifth run on the driver prepares a statement on the server. */
    private static final int WARM = 6;

    @Test
    void survive_the_contract() {
        SampleDatabase database = SampleDatabase.migratedTo("2");
        try (HikariDataSource session = oneTransactionalSession(database)) {
            var customers = new CustomerRepository(session);
            for (int i = 0; i < WARM; i++) {
                use(customers);
            }
            assertPrepared(session);

            database.migrateTo("3");

            use(customers);
        }
    }

    private static void use(CustomerRepository customers) {
        long id = customers.register(new Name("Ada", "Byron"), "ada@example.org");
        assertThat(customers.find(id)).isEmpty();
        assertThat(customers.rename(id, new Name("Ada", "Lovelace"))).isFalse();
    }

    private static void assertPrepared(HikariDataSource session) {
        assertThat(SampleDatabase.rows(
                        DSL.using(session, SQLDialect.POSTGRES),
                        "select distinct left(statement, 6) from"
                                + " pg_prepared_statements where statement ~ '\"customer\"' order by 1"))
                .containsExactly("insert", "select", "update");
    }

    /**
     * Returns a pool of one session whose transactions all end in a rollback: only outside of a transaction can the
     * driver hide that a prepared statement broke.
     */
    private static HikariDataSource oneTransactionalSession(SampleDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.source());
        config.setMaximumPoolSize(1);
        config.setAutoCommit(false);
        return new HikariDataSource(config);
    }
}
