package dev.zdm.sample;

import static dev.zdm.sample.db.Tables.CUSTOMER;
import static org.assertj.core.api.Assertions.assertThat;

import org.jooq.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomerRepositoryTest {
    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void keeps_customers(String schemaVersion) {
        CustomerRepository customers =
                new CustomerRepository(SampleDatabase.migratedTo(schemaVersion).source());
        long id = customers.register(new Name("Ada", "Byron"), "ada@example.org");

        assertThat(customers.rename(id, new Name("Ada", "Lovelace"))).isTrue();
        assertThat(customers.find(id)).contains(new Customer(id, new Name("Ada", "Lovelace"), "ada@example.org"));
        assertThat(customers.findByEmail("ada@example.org")).isEqualTo(customers.find(id));

        assertThat(customers.rename(id, new Name("Ada", null))).isTrue();
        assertThat(customers.find(id)).contains(new Customer(id, new Name("Ada", null), "ada@example.org"));

        assertThat(customers.rename(id + 1, new Name("Nobody", null))).isFalse();
        assertThat(customers.find(id + 1)).isEmpty();
    }

    @Test
    void knows_no_column_that_the_contract_drops() {
        SampleDatabase database = SampleDatabase.migratedTo("3");

        assertThat(database.rows("select attname from pg_attribute where attrelid = 'customer'::regclass"
                        + " and attnum > 0 and not attisdropped order by attname"))
                .containsExactlyInAnyOrderElementsOf(
                        CUSTOMER.fieldStream().map(Field::getName).toList());
    }
}
