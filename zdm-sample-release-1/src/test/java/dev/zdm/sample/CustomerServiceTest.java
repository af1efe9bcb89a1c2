package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.sample.http.Http.Request;
import dev.zdm.sample.http.Http.Response;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class CustomerServiceTest {
    @Test
    void keeps_customers() {
        try (EmbeddedServer server =
                        EmbeddedServer.start(EmbeddedSettings.defaults().withoutDurability());
                Database empty = server.fresh("customers", database -> CustomerApp.migrate(source(database)))) {
            CustomerRepository customers = new CustomerRepository(source(empty));
            CustomerService service = new CustomerService(source(empty));

            Response created =
                    service.apply(new Request("POST", "", Map.of("name", "Ada Byron", "email", "ada@example.org")));
            long id = Long.parseLong(created.body());
            assertThat(created).isEqualTo(Response.created(id));
            assertThat(read(service, id)).isEqualTo(Response.ok("Ada Byron"));

            assertThat(rename(service, id)).isEqualTo(Response.changed(true));
            assertThat(read(service, id)).isEqualTo(Response.ok("Ada Lovelace"));
            Customer ada = new Customer(id, Name.of("Ada", "Lovelace"), "ada@example.org");
            assertThat(customers.findByEmail("ada@example.org")).contains(ada);
            assertThat(customers.findAll(List.of(id, id + 1))).containsExactly(ada);

            assertThat(rename(service, id + 1)).isEqualTo(Response.missing());
            assertThat(read(service, id + 1)).isEqualTo(Response.missing());
        }
    }

    private static Response rename(CustomerService service, long id) {
        return service.apply(new Request("PUT", Long.toString(id), Map.of("name", "Ada Lovelace")));
    }

    private static Response read(CustomerService service, long id) {
        return service.apply(new Request("GET", Long.toString(id), Map.of()));
    }

    private static DataSource source(Database database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.jdbcUrl());
        source.setUser(database.credentials().getProperty("user"));
        return source;
    }
}
