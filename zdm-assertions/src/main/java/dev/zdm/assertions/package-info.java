/** AssertJ assertions on the results of a rehearsal. */
@NullMarked
package dev.zdm.assertions;

import org.jspecify.annotations.NullMarked;
