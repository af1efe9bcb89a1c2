/** The servers a rehearsal runs on, their databases, settings and logs. */
@NullMarked
package dev.zdm.database;

import org.jspecify.annotations.NullMarked;
