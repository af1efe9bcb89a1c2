package dev.zdm.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zdm.workload.HttpApi;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import java.io.IOException;
import java.net.URLEncoder;

/** What clients ask of either release, which differ in how they take and list a name. */
abstract class CustomersOverHttp {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final HttpApi customers;

    CustomersOverHttp(HttpApi customers) {
        this.customers = customers;
    }

    /** Returns the fields of a form with a name. */
    abstract String form(Name name);

    /** Returns a name as it was written. */
    abstract String fullName(String listed);

    @Operation(weight = 8)
    void find(Keys keys) throws IOException, InterruptedException {
        customers.get("/customers/" + keys.any());
    }

    @Operation(weight = 3)
    void rename(Keys keys, Ledger ledger) throws IOException, InterruptedException {
        long id = keys.own();
        Name name = Names.unused();
        ledger.announce(id, name.full());
        customers.send("PUT", "/customers/" + id, FORM, form(name));
        ledger.acknowledge(id, name.full());
    }

    @Operation
    void register() throws IOException, InterruptedException {
        String form = form(Names.any()) + "&email=" + encoded(Names.newEmail());
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
    static final class Old extends CustomersOverHttp {
        Old(HttpApi customers) {
            super(customers);
        }

        @Override
        String form(Name name) {
            return "name=" + encoded(name.full());
        }

        @Override
        String fullName(String listed) {
            return listed;
        }
    }

    /** The new release, which lists the last name first. */
    static final class New extends CustomersOverHttp {
        New(HttpApi customers) {
            super(customers);
        }

        @Override
        String form(Name name) {
            return "first=" + encoded(name.first()) + (name.last() == null ? "" : "&last=" + encoded(name.last()));
        }

        @Override
        String fullName(String listed) {
            int comma = listed.indexOf(", ");
            return comma < 0 ? listed : listed.substring(comma + 2) + " " + listed.substring(0, comma);
        }
    }
}
