/** What PostgreSQL itself defines: lock modes, SQLSTATE codes, relation names, statements of a script. */
@NullMarked
package dev.zdm.postgres;

import org.jspecify.annotations.NullMarked;
