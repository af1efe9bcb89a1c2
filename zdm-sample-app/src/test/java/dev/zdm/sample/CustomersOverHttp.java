package dev.zdm.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zdm.workload.HttpApi;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.io.IOException;
import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/** What clients ask of either release, which differ in how they take and list a name. */
abstract class CustomersOverHttp {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final HttpApi customers;

    CustomersOverHttp(HttpApi customers) {
        this.customers = customers;
    }

    /** Returns the fields of a form with a name. */
    abstract String form(String first, @Nullable String last);

    /** Returns a name as it was written. */
    abstract String fullName(String listed);

    @Operation(weight = 8)
    void find(Keys keys) throws IOException, InterruptedException {
        customers.get("/customers/" + keys.any());
    }

    @Operation(weight = 3)
    void rename(Keys keys, Ledger ledger) throws IOException, InterruptedException {
        long id = keys.own();
        String first = Names.newFirst();
        String last = Names.last().orElse(null);
        ledger.announce(id, Names.full(first, last));
        customers.send("PUT", "/customers/" + id, FORM, form(first, last));
        ledger.acknowledge(id, Names.full(first, last));
    }

    @Operation
    void register() throws IOException, InterruptedException {
        String form = form(Names.first(), Names.last().orElse(null)) + "&email=" + encoded(Names.newEmail());
        customers.send("POST", "/customers/", FORM, form);
    }

    @ReadBack
    String name(long id) throws IOException, InterruptedException {
        return fullName(customers.get("/customers/" + id));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /** The old release. */
    static final class V1 extends CustomersOverHttp {
        V1(HttpApi customers) {
            super(customers);
        }

        @Override
        String form(String first, @Nullable String last) {
            return "name=" + encoded(Names.full(first, last));
        }

        @Override
        String fullName(String listed) {
            return listed;
        }
    }

    /** The new release, which lists the last name first. */
    static final class V2 extends CustomersOverHttp {
        V2(HttpApi customers) {
            super(customers);
        }

        @Override
        String form(String first, @Nullable String last) {
            return "first=" + encoded(first) + (last == null ? "" : "&last=" + encoded(last));
        }

        @Override
        String fullName(String listed) {
            int comma = listed.indexOf(", ");
            return comma < 0 ? listed : listed.substring(comma + 2) + " " + listed.substring(0, comma);
        }
    }
}
