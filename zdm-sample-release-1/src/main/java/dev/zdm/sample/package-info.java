/** A small customer service in its first release, in which a name is one text. */
@NullMarked
package dev.zdm.sample;

import org.jspecify.annotations.NullMarked;
