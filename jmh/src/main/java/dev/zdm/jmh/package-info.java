/** Benchmarks: what the locks of DDL cost, and what zdm itself costs. */
@NullMarked
package dev.zdm.jmh;

import org.jspecify.annotations.NullMarked;
