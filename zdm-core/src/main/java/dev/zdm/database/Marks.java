package dev.zdm.database;

import org.jspecify.annotations.Nullable;

/**
 * How zdm's databases on a server are told from others.
 *
 * @param prefix begins their names
 * @param options ends the statement that creates one, from which moment on it is marked
 * @param comment on the database, for people; null: none
 * @param checkpoints whether zdm may ask the server for a checkpoint
 */
record Marks(String prefix, String options, @Nullable String comment, boolean checkpoints) {
    /** The marks on a server that has no other databases. */
    static final Marks NONE = new Marks("zdm_", "", null, true);
}
