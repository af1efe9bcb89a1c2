package dev.zdm.report;

import dev.zdm.catalogue.Catalogue;
import dev.zdm.catalogue.CatalogueEntry;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.Mismatch;
import dev.zdm.verdict.WriteLost;
import java.time.Duration;

/** Puts into words what was read back of what operations wrote. */
final class LedgerWording {
    private static final String INDENT = "\n              ";

    private LedgerWording() {}

    /** Returns what was checked, in a line; empty: nothing was. */
    static String line(LedgerHistory ledger) {
        if (ledger.readBacks() + ledger.drainedReadBacks() + ledger.totals() == 0) {
            return "";
        }
        String checked = Format.count(ledger.readBacks() + ledger.drainedReadBacks(), "read-back") + " of "
                + Format.count(ledger.keys(), "key")
                + (ledger.totals() == 0 ? "" : " and " + Format.count(ledger.totals(), "total"));
        long wrong = ledger.mismatches().stream()
                .mapToLong(LedgerHistory.Mismatches::count)
                .sum();
        String result = wrong == 0 ? wereThere(ledger) : Format.number(wrong) + " did not find what was acknowledged";
        return checked + ": " + result
                + (ledger.unknown() == 0 ? "" : "; " + Format.count(ledger.unknown(), "outcome") + " not known");
    }

    private static String wereThere(LedgerHistory ledger) {
        long unverified = ledger.unverified().stream()
                .mapToLong(LedgerHistory.Unverified::count)
                .sum();
        String acknowledged = Format.number(ledger.acknowledged()) + " acknowledged writes";
        return unverified == 0
                ? "all " + acknowledged + " were there"
                : "what could be read back of " + acknowledged + " was there, " + Format.count(unverified, "read-back")
                        + " failed";
    }

    /** Returns a finding in words; where the catalogue knows the statement that caused it, in those of its entry. */
    static Words of(WriteLost finding) {
        CatalogueEntry entry = Catalogue.of(finding);
        boolean known = !entry.id().equals(finding.hazard().id());
        return new Words(
                title(finding),
                finding.hazard().id(),
                expected(finding),
                found(finding),
                Format.place(finding.culprit()),
                known ? entry.what() : why(finding),
                known ? entry.remedy() : remedy(finding),
                entry.page() + ", " + entry.manual());
    }

    private static String title(WriteLost finding) {
        Mismatch first = finding.first();
        String what = switch (first.kind()) {
            case GONE -> "lost write";
            case VERSIONS_DIFFER -> "versions differ";
            case FAILED_WRITE -> "failed write is there";
            case FOREIGN -> "foreign value";
            case TOTAL_TOO_SMALL -> "lost addition";
            case TOTAL_TOO_LARGE -> "addition too many";
        };
        return what + " · '" + first.fact() + "' of key " + first.key();
    }

    private static String expected(WriteLost finding) {
        return switch (finding.first().kind()) {
            case GONE, FOREIGN -> "every version reads what was acknowledged last";
            case VERSIONS_DIFFER -> "both versions read the same";
            case FAILED_WRITE -> "a write that failed leaves nothing behind";
            case TOTAL_TOO_SMALL, TOTAL_TOO_LARGE -> "a total is the sum of what was added to it";
        };
    }

    private static String found(WriteLost finding) {
        Mismatch first = finding.first();
        String who = first.operation() == null
                ? "the " + first.reader().label() + " read it when the load was drained"
                : "operation " + first.operation() + " read it before writing";
        String count = finding.mismatches().count() == 1
                ? ""
                : INDENT + "the first of " + Format.number(finding.mismatches().count()) + " mismatches";
        return "'" + first.fact() + "' of key " + first.key() + " is " + first.found() + " instead of "
                + String.join(" or ", first.expected()) + INDENT + wrote(first) + INDENT + who + ", "
                + Format.millis(Duration.between(first.written(), first.at())) + " later" + other(first) + count;
    }

    private static String wrote(Mismatch mismatch) {
        String outcome = mismatch.expected().size() > 1 ? " wrote it last, with unknown outcome" : " wrote it last";
        return mismatch.writer() == null
                ? "it was read before and not written since"
                : "operation " + mismatch.writer() + outcome;
    }

    private static String other(Mismatch mismatch) {
        return mismatch.otherVersion() == null
                ? ""
                : "; the " + mismatch.reader().other().label() + " read " + mismatch.otherVersion();
    }

    private static String why(WriteLost finding) {
        return switch (finding.first().kind()) {
            case GONE -> "an UPDATE that writes what was read earlier puts the older value back, without any error";
            case VERSIONS_DIFFER ->
                "nothing but a trigger, or a write of both, keeps two places in step that two versions use";
            case FAILED_WRITE ->
                "a statement in autocommit, or in an earlier transaction, stays although a later one fails";
            case FOREIGN -> "a value was changed that no operation was about to change: cut, converted or overwritten";
            case TOTAL_TOO_SMALL ->
                "who reads a number, adds to it and writes it back overwrites what others added meanwhile";
            case TOTAL_TOO_LARGE -> "a change that is repeated, or a trigger that fires twice, adds twice";
        };
    }

    private static String remedy(WriteLost finding) {
        return switch (finding.first().kind()) {
            case GONE ->
                "let the change write only rows that it finds unchanged (in one statement, or FOR UPDATE), in batches";
            case VERSIONS_DIFFER ->
                "make the trigger that keeps both in step first, for INSERT and UPDATE, in both directions; then backfill"
                        + " what is not filled yet";
            case FAILED_WRITE ->
                "write in one transaction; in the workload, acknowledge each write before anything else can fail";
            case FOREIGN ->
                "leave values alone that the change is not about; if the application writes it, announce it to the"
                        + " ledger";
            case TOTAL_TOO_SMALL -> "add in the statement (SET n = n + ?), in the change and in its triggers too";
            case TOTAL_TOO_LARGE -> "make the change count each row once, and repeatable";
        };
    }
}
