/** Values that a schema allows and that careless SQL gets wrong. */
@NullMarked
package dev.zdm.values;

import org.jspecify.annotations.NullMarked;
