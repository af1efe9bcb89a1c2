package dev.zdm.observation;

import dev.zdm.postgres.Relation;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a session waits for, as the server log describes it ({@code DescribeLockTag} in PostgreSQL's {@code lmgr.c}).
 *
 * @param description the whole description, equal for equal locks
 * @param kind what sort of lock it is
 * @param relation the oid of the relation that it is, or lies in; null: none
 */
record LockTarget(String description, Kind kind, @Nullable Long relation) {
    private static final Pattern RELATION = Pattern.compile("relation (\\d{1,10}) of database \\d+");
    private static final Pattern IN_RELATION = Pattern.compile(".* of relation (\\d{1,10}) of database \\d+");
    private static final Pattern DATABASE = Pattern.compile(" of database \\d+$");

    static LockTarget parse(String description) {
        if (description.startsWith("transaction ")) {
            return new LockTarget(description, Kind.TRANSACTION, null);
        }
        if (description.startsWith("virtual transaction ")) {
            return new LockTarget(description, Kind.TRANSACTION, null);
        }
        Matcher relation = RELATION.matcher(description);
        if (relation.matches()) {
            return new LockTarget(description, Kind.RELATION, Long.valueOf(relation.group(1)));
        }
        Matcher inRelation = IN_RELATION.matcher(description);
        Long oid = inRelation.matches() ? Long.valueOf(inRelation.group(1)) : null;
        return new LockTarget(description, description.startsWith("tuple ") ? Kind.TUPLE : Kind.OTHER, oid);
    }

    /** Returns the description without the database. */
    String label() {
        return DATABASE.matcher(description).replaceFirst("");
    }

    /** Returns the name of the relation that it is; empty if it is none, or one whose name is not known. */
    Optional<Relation> name(RelationNames names) {
        return relation == null || kind != Kind.RELATION ? Optional.empty() : names.nameOf(relation);
    }

    /** Sorts of locks whose holders and queues mean different things. */
    enum Kind {
        /** A table or index: held in one of eight modes, until the holder's transaction ends. */
        RELATION,
        /** The right to be the next to lock a row: its holder as a rule waits for the row's transaction. */
        TUPLE,
        /** A transaction, virtual or not: held by nobody but itself, and all who wait for it get it together. */
        TRANSACTION,
        /** An advisory lock, a page, the extension of a file, an object other than a relation. */
        OTHER
    }
}
