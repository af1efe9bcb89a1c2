/** Runs the changes of a plan over observed connections, so that every statement's begin and end is known. */
@NullMarked
package dev.zdm.change;

import org.jspecify.annotations.NullMarked;
