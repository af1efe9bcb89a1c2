/** As much HTTP as the service needs. */
@NullMarked
package dev.zdm.sample.http;

import org.jspecify.annotations.NullMarked;
