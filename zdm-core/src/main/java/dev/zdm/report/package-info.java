/** The words for findings, verdicts and results. */
@NullMarked
package dev.zdm.report;

import org.jspecify.annotations.NullMarked;
