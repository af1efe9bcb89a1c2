/** A small customer service in its second release, in which a name has two parts. */
@NullMarked
package dev.zdm.sample;

import org.jspecify.annotations.NullMarked;
