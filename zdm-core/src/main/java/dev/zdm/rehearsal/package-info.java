/** The pass under load, and the run of both passes from a plan to a result. */
@NullMarked
package dev.zdm.rehearsal;

import org.jspecify.annotations.NullMarked;
