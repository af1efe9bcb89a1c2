/** Finds released artefacts in Maven repositories; needs the optional Maven resolver library. */
@NullMarked
package dev.zdm.artifact;

import org.jspecify.annotations.NullMarked;
