/** The old release: a customer has one name. */
@NullMarked
package dev.zdm.sample.v1;

import org.jspecify.annotations.NullMarked;
