/** The way through a crash: a change is stopped at every point where it can be, and carried out again. */
@NullMarked
package dev.zdm.crash;

import org.jspecify.annotations.NullMarked;
