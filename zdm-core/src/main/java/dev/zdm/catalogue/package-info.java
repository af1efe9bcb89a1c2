/** The hazard catalogue: what PostgreSQL does, why it hurts, and what to do instead. */
@NullMarked
package dev.zdm.catalogue;

import org.jspecify.annotations.NullMarked;
