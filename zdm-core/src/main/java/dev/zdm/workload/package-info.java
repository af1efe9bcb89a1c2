/** What the application versions do, and the load generator that makes them do it. */
@NullMarked
package dev.zdm.workload;

import org.jspecify.annotations.NullMarked;
