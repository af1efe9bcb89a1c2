/** The new release: a customer has a first name and perhaps a last name. */
@NullMarked
package dev.zdm.sample.v2;

import org.jspecify.annotations.NullMarked;
