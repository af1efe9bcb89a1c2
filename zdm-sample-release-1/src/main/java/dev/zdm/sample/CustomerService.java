package dev.zdm.sample;

import dev.zdm.sample.http.Http.Request;
import dev.zdm.sample.http.Http.Response;
import java.util.function.Function;
import javax.sql.DataSource;

/** Answers requests. */
public final class CustomerService implements Function<Request, Response> {
    private final CustomerRepository customers;

    /** Keeps customers in this database. */
    public CustomerService(DataSource database) {
        this.customers = new CustomerRepository(database);
    }

    @Override
    public Response apply(Request request) {
        return switch (request.method()) {
            case "GET" ->
                customers
                        .find(request.id())
                        .map(customer -> Response.ok(customer.name().full()))
                        .orElseGet(Response::missing);
            case "PUT" -> Response.changed(customers.rename(request.id(), new Name(request.required("name"))));
            case "POST" ->
                Response.created(customers.register(new Name(request.required("name")), request.required("email")));
            default -> Response.METHOD_NOT_ALLOWED;
        };
    }
}
