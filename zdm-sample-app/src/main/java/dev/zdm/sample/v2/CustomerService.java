package dev.zdm.sample.v2;

import dev.zdm.sample.http.Http.Request;
import dev.zdm.sample.http.Http.Response;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/** Answers requests as the new release does. */
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
                        .map(customer -> Response.ok(listed(customer)))
                        .orElseGet(Response::missing);
            case "PUT" ->
                Response.changed(customers.rename(request.id(), request.required("first"), request.optional("last")));
            case "POST" ->
                Response.created(customers.register(
                        request.required("first"), request.optional("last"), request.required("email")));
            default -> Response.METHOD_NOT_ALLOWED;
        };
    }

    /** Last name first, which the old release could not do. */
    private static String listed(Customer customer) {
        return Optional.ofNullable(customer.lastName())
                .map(last -> last + ", " + customer.firstName())
                .orElse(customer.firstName());
    }
}
