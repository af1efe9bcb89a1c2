package dev.zdm.sample;

import static dev.zdm.sample.db.Tables.CUSTOMER;
import static org.jooq.Records.mapping;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record3;
import org.jooq.SQLDialect;
import org.jooq.SelectJoinStep;
import org.jooq.impl.DSL;

/** Reads and writes customers; each method is one transaction. Safe for use by several threads. */
public final class CustomerRepository {
    private final DSLContext db;

    /** Works over connections of this source, in autocommit. */
    public CustomerRepository(DataSource source) {
        this.db = DSL.using(source, SQLDialect.POSTGRES);
    }

    /** Returns the customer with this key. */
    public Optional<Customer> find(long id) {
        return findWhere(CUSTOMER.ID.eq(id));
    }

    /** Returns the customers with these keys. */
    public List<Customer> findAll(Collection<Long> ids) {
        return select().where(CUSTOMER.ID.in(ids)).fetch(mapping(Customer::new));
    }

    /** Returns the customer with this address. */
    public Optional<Customer> findByEmail(String email) {
        return findWhere(CUSTOMER.EMAIL.eq(email));
    }

    /** Gives a customer another name; returns whether there is such a customer. */
    public boolean rename(long id, Name name) {
        return db.update(CUSTOMER)
                        .set(CUSTOMER.FULL_NAME, name.full())
                        .where(CUSTOMER.ID.eq(id))
                        .execute()
                == 1;
    }

    /** Adds a customer and returns the key. */
    public long register(Name name, String email) {
        return db.insertInto(CUSTOMER)
                .set(CUSTOMER.FULL_NAME, name.full())
                .set(CUSTOMER.EMAIL, email)
                .returningResult(CUSTOMER.ID)
                .fetchSingle()
                .value1();
    }

    private Optional<Customer> findWhere(Condition condition) {
        return select().where(condition).fetchOptional(mapping(Customer::new));
    }

    private SelectJoinStep<Record3<Long, Name, String>> select() {
        return db.select(CUSTOMER.ID, CUSTOMER.FULL_NAME.convertFrom(Name::new), CUSTOMER.EMAIL)
                .from(CUSTOMER);
    }
}
