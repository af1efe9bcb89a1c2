/** What was observed, as immutable records, and the recorders that collect it. */
@NullMarked
package dev.zdm.observation;

import org.jspecify.annotations.NullMarked;
