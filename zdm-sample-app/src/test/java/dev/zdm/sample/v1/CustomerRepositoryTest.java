package dev.zdm.sample.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.sample.SampleDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomerRepositoryTest {
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void keeps_customers(String schemaVersion) {
        CustomerRepository customers =
                new CustomerRepository(SampleDatabase.migratedTo(schemaVersion).source());
        long id = customers.register("Ada Byron", "ada@example.org");

        assertThat(customers.rename(id, "Ada Lovelace")).isTrue();
        assertThat(customers.find(id)).contains(new Customer(id, "Ada Lovelace", "ada@example.org"));
        assertThat(customers.findByEmail("ada@example.org")).isEqualTo(customers.find(id));

        assertThat(customers.rename(id + 1, "Nobody")).isFalse();
        assertThat(customers.find(id + 1)).isEmpty();
    }
}
