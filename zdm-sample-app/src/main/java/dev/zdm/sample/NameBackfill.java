package dev.zdm.sample;

import static dev.zdm.sample.db.Tables.CUSTOMER;
import static java.util.Objects.requireNonNullElse;
import static org.jooq.impl.DSL.max;

import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Fills the names of the customers that nobody has written since the columns came; may be run again at any time. */
public final class NameBackfill {
    /** Customers per transaction: few enough that nobody waits long for one of their rows. */
    public static final int BATCH_SIZE = 250;

    /**
     * Fills the customers with {@code :from <= id < :to}.
     *
     * <p>Everything is in one statement: a customer who is renamed meanwhile is locked, then looked at again, and left
     * alone because the trigger has filled the names.
     */
    public static final String BATCH = """
            update customer
            set first_name = split_part(full_name, ' ', 1),
                last_name = substring(full_name from ' (.*)$')
            where id >= :from and id < :to and first_name is null""";

    private final DSLContext db;

    /** Works over connections of this source, in autocommit. */
    public NameBackfill(DataSource source) {
        this.db = DSL.using(source, SQLDialect.POSTGRES);
    }

    /** Fills all customers that are there when it begins and returns how many had to be filled. */
    public int run() {
        long highest = requireNonNullElse(
                db.select(max(CUSTOMER.ID)).from(CUSTOMER).fetchSingle().value1(), 0L);
        int filled = 0;
        for (long from = 1; from <= highest; from += BATCH_SIZE) {
            filled += db.execute(BATCH.replace(":from", "?").replace(":to", "?"), from, from + BATCH_SIZE);
        }
        return filled;
    }
}
