package dev.zdm.values;

import dev.zdm.postgres.Relation;
import java.util.List;
import java.util.Optional;

/**
 * A table that takes rows.
 *
 * @param oid its oid
 * @param name its name
 * @param columns the columns that an INSERT may name, in order
 * @param references its foreign keys
 */
record SeedTable(long oid, Relation name, List<Column> columns, List<Reference> references) {
    SeedTable {
        columns = List.copyOf(columns);
        references = List.copyOf(references);
    }

    /**
     * A foreign key.
     *
     * @param columns the names of the columns that refer, in the order of the key
     * @param targetOid the oid of the table referred to
     * @param target the name of that table
     * @param targetColumns the names of the columns referred to, in the same order
     */
    record Reference(List<String> columns, long targetOid, Relation target, List<String> targetColumns) {
        Reference {
            columns = List.copyOf(columns);
            targetColumns = List.copyOf(targetColumns);
        }
    }

    /** Returns the foreign key that a column is part of; the first, if it is part of several. */
    Optional<Reference> reference(Column column) {
        return references.stream()
                .filter(reference -> reference.columns().contains(column.name()))
                .findFirst();
    }
}
