/** The feature flags of a phase for applications that ask OpenFeature; needs {@code dev.openfeature:sdk}. */
@NullMarked
package dev.zdm.openfeature;

import org.jspecify.annotations.NullMarked;
