package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.sample.v2.CustomerRepository;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import javax.sql.DataSource;

/** What the new release does all day. */
public final class CustomersV2 {
    private final CustomerRepository customers;

    /** Works on this database. */
    public CustomersV2(DataSource database) {
        this.customers = new CustomerRepository(database);
    }

    @Operation(weight = 8)
    void find(Keys keys) {
        assertThat(customers.find(keys.any())).isPresent();
    }

    @Operation(weight = 4)
    void search(Keys keys) {
        assertThat(customers.findByEmail(Names.emailOf(keys.any()))).isPresent();
    }

    @Operation(weight = 3)
    void rename(Keys keys) {
        assertThat(customers.rename(keys.own(), Names.first(), Names.last().orElse(null)))
                .isTrue();
    }

    @Operation
    void register() {
        customers.register(Names.first(), Names.last().orElse(null), Names.newEmail());
    }
}
