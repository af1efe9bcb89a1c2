/** Application versions that run on their own, as processes or in containers, behind HTTP. */
@NullMarked
package dev.zdm.service;

import org.jspecify.annotations.NullMarked;
