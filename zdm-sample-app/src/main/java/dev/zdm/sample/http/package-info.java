/** As much HTTP as both releases need. */
@NullMarked
package dev.zdm.sample.http;

import org.jspecify.annotations.NullMarked;
