package dev.zdm.sample;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** What either release does all day. */
public final class Customers {
    private final CustomerRepository customers;

    /** Works on this database. */
    public Customers(DataSource database) {
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
    void rename(Keys keys, Ledger ledger) {
        long id = keys.own();
        Name name = Names.unused();
        ledger.announce(id, name.full());
        boolean renamed = customers.rename(id, name);
        ledger.acknowledge(id, name.full());
        assertThat(renamed).isTrue();
    }

    @ReadBack
    Optional<String> name(long id) {
        return customers.find(id).map(Customer::name).map(Name::full);
    }

    @ReadBack("name")
    Map<Long, String> names(Collection<Long> ids) {
        return customers.findAll(ids).stream()
                .collect(toMap(Customer::id, customer -> customer.name().full()));
    }

    @Operation
    void register() {
        customers.register(Names.any(), Names.newEmail());
    }
}
