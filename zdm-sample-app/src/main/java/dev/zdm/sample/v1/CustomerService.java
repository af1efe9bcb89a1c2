package dev.zdm.sample.v1;

import dev.zdm.sample.http.Http.Request;
import dev.zdm.sample.http.Http.Response;
import java.util.function.Function;
import javax.sql.DataSource;

/** Answers requests as the old release does. */
public final class CustomerService implements Function<Request, Response> {
    private final CustomerRepository customers;

    /** Keeps customers in this database, whose schema must be of version 1 or 2. */
    public CustomerService(DataSource database) {
        this.customers = new CustomerRepository(database);
    }

    @Override
    public Response apply(Request request) {
        return switch (request.method()) {
            case "GET" ->
                customers
                        .find(request.id())
                        .map(customer -> Response.ok(customer.fullName()))
                        .orElseGet(Response::missing);
            case "PUT" -> Response.changed(customers.rename(request.id(), request.required("name")));
            case "POST" -> Response.created(customers.register(request.required("name"), request.required("email")));
            default -> Response.METHOD_NOT_ALLOWED;
        };
    }
}
