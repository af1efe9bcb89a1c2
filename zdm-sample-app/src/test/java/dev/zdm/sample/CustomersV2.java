package dev.zdm.sample;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.sample.v2.Customer;
import dev.zdm.sample.v2.CustomerRepository;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
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
    void rename(Keys keys, Ledger ledger) {
        long id = keys.own();
        String first = Names.newFirst();
        String last = Names.last().orElse(null);
        ledger.announce(id, Names.full(first, last));
        boolean renamed = customers.rename(id, first, last);
        ledger.acknowledge(id, Names.full(first, last));
        assertThat(renamed).isTrue();
    }

    @ReadBack
    Optional<String> name(long id) {
        return customers.find(id).map(CustomersV2::name);
    }

    @ReadBack("name")
    Map<Long, String> names(Collection<Long> ids) {
        return customers.findAll(ids).stream().collect(toMap(Customer::id, CustomersV2::name));
    }

    private static String name(Customer customer) {
        return Names.full(customer.firstName(), customer.lastName());
    }

    @Operation
    void register() {
        customers.register(Names.first(), Names.last().orElse(null), Names.newEmail());
    }
}
