package dev.zdm.report;

/**
 * A finding in words, for every kind of report.
 *
 * @param title what happened, in a line
 * @param hazard the name of the hazard
 * @param expected what was expected
 * @param found what was found
 * @param causedBy who caused it: script, line and statement; "unknown" where nothing did
 * @param why what PostgreSQL does
 * @param remedy what to do instead
 * @param see where to read more: zdm's page and that of PostgreSQL's manual
 */
public record Words(
        String title,
        String hazard,
        String expected,
        String found,
        String causedBy,
        String why,
        String remedy,
        String see) {}
