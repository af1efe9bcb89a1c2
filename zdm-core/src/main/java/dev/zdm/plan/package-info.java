/** A rehearsal as data: baseline, versions, phases, changes, traffic, invariants and tolerance. */
@NullMarked
package dev.zdm.plan;

import org.jspecify.annotations.NullMarked;
