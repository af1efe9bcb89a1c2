package dev.zdm.verdict;

import dev.zdm.observation.CompanyRehearsal;
import dev.zdm.postgres.SqlStatement;
import java.util.Optional;

/**
 * Something that went wrong only behind a long transaction.
 *
 * @param rehearsal the rehearsal with that company
 * @param finding what went wrong
 */
public record InCompany(CompanyRehearsal rehearsal, Finding finding) implements Finding {
    @Override
    public Hazard hazard() {
        return finding.hazard();
    }

    @Override
    public Optional<SqlStatement> culprit() {
        return finding.culprit();
    }

    @Override
    public <R> R match(Cases<R> cases) {
        return cases.inCompany(this);
    }
}
