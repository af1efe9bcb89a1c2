/** A small customer service; its old release in {@code v1}, its new one in {@code v2}. */
@NullMarked
package dev.zdm.sample;

import org.jspecify.annotations.NullMarked;
