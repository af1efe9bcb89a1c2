/** ArchUnit rules for code that migrates; they need ArchUnit and Flyway on the class path. */
@NullMarked
package dev.zdm.assertions.archunit;

import org.jspecify.annotations.NullMarked;
