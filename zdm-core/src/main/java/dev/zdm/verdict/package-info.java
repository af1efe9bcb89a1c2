/** Pure functions from what was observed to findings and a verdict. */
@NullMarked
package dev.zdm.verdict;

import org.jspecify.annotations.NullMarked;
