package dev.zdm.observation;

import dev.zdm.plan.Company;
import dev.zdm.postgres.Relation;
import java.util.List;

/**
 * One more rehearsal of a phase's change or of its rollback, with a long transaction in the way that went when the change
 * had had its chance.
 *
 * @param ofRollback whether the rollback is what was carried out
 * @param company the kind of long transaction
 * @param tables the tables that it held, in the company's mode
 * @param met whether the change came to wait for it
 * @param history what was observed; its length is what the rehearsal cost
 */
public record CompanyRehearsal(
        boolean ofRollback, Company company, List<Relation> tables, boolean met, PhaseHistory history) {
    public CompanyRehearsal {
        tables = List.copyOf(tables);
    }
}
