package dev.zdm.rehearsal;

import dev.zdm.observation.Footprint;
import dev.zdm.observation.PhaseUse;
import dev.zdm.plan.Company;
import dev.zdm.postgres.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The tables that a long transaction must hold to be in a change's way, and what it runs to hold them. */
final class CompanyTables {
    private CompanyTables() {}

    /**
     * Returns the existing tables that the change locks in a mode that conflicts with the company's; none where the change
     * keeps the application from nothing, for then nobody can queue behind it.
     *
     * <p>A statement that refuses a transaction block waits for old transactions whatever its locks conflict with, and may
     * leave something half done if it gives up.
     */
    static List<Relation> of(Company company, List<Footprint> footprints, PhaseUse use) {
        Set<Relation> tables = new TreeSet<>();
        if (footprints.stream().anyMatch(footprint -> stopsTheApplication(footprint, use))) {
            for (Footprint footprint : footprints) {
                footprint.locks().stream()
                        .filter(lock -> !lock.created() && lock.mode().conflictsWith(company.mode()))
                        .forEach(lock -> tables.add(lock.table()));
            }
        }
        if (company != Company.VACUUM) {
            footprints.stream()
                    .filter(footprint -> footprint.seenFrom() == Footprint.SeenFrom.OUTSIDE)
                    .forEach(footprint -> tables.addAll(lockedOrUsed(footprint, use)));
        }
        return List.copyOf(tables);
    }

    private static boolean stopsTheApplication(Footprint footprint, PhaseUse use) {
        return footprint.locks().stream()
                .anyMatch(lock -> !lock.created() && use.during(footprint).isStoppedBy(lock.mode(), lock.table()));
    }

    private static Set<Relation> lockedOrUsed(Footprint footprint, PhaseUse use) {
        Set<Relation> locked = new TreeSet<>();
        footprint.locks().stream().filter(lock -> !lock.created()).forEach(lock -> locked.add(lock.table()));
        return locked.isEmpty() ? use.meanwhile().used() : locked;
    }

    /** Returns what the company runs in its transaction. */
    static List<String> statements(Company company, List<Relation> tables) {
        List<String> statements = new ArrayList<>();
        if (company == Company.IDLE_TRANSACTION) {
            statements.add("select pg_current_xact_id()"); // As one that has written has.
        }
        for (Relation table : tables) {
            statements.add(
                    company == Company.REPORT
                            ? "select 1 from " + table + " limit 0"
                            : lock(table, company.mode().sqlName()));
        }
        return statements;
    }

    /** A materialised view cannot be locked that way, and nobody but a refresh writes it. */
    private static String lock(Relation table, String mode) {
        return "do $$ begin lock table " + table + " in " + mode
                + " mode; exception when wrong_object_type then null; end $$";
    }
}
