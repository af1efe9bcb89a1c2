/**
 * Runs a rehearsal as a JUnit test class, one test per phase.
 *
 * <p>Begin with {@link dev.zdm.junit.ZeroDowntimeMigration}.
 */
@NullMarked
package dev.zdm.junit;

import org.jspecify.annotations.NullMarked;
