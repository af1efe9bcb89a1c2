package dev.zdm.sample;

import dev.zdm.sample.http.Http.Request;
import dev.zdm.sample.http.Http.Response;
import java.util.function.Function;
import javax.sql.DataSource;

/** Answers requests; lists the last name first, which the first release could not do. */
public final class CustomerService implements Function<Request, Response> {
    private final CustomerRepository customers;

    /** Keeps customers in this database, whose schema must be of version 2, with all names filled, or of version 3. */
    public CustomerService(DataSource database) {
        this.customers = new CustomerRepository(database);
    }

    @Override
    public Response apply(Request request) {
        return switch (request.method()) {
            case "GET" ->
                customers
                        .find(request.id())
                        .map(customer -> Response.ok(customer.name().listed()))
                        .orElseGet(Response::missing);
            case "PUT" -> Response.changed(customers.rename(request.id(), name(request)));
            case "POST" -> Response.created(customers.register(name(request), request.required("email")));
            default -> Response.METHOD_NOT_ALLOWED;
        };
    }

    private static Name name(Request request) {
        return new Name(request.required("first"), request.optional("last"));
    }
}
