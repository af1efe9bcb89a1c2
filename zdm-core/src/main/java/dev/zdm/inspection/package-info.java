/** The quiet pass: each change alone on a clone of the database. */
@NullMarked
package dev.zdm.inspection;

import org.jspecify.annotations.NullMarked;
