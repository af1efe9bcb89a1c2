package dev.zdm.catalogue;

import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Hazard;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** An entry that is being written down; {@link #manual} ends it. */
final class Draft {
    private final String id;
    private final Hazard hazard;
    private final String title;
    private final Set<Hazard> hazards;
    private final Set<String> sqlStates = new HashSet<>();
    private Pattern command = Pattern.compile("");
    private Predicate<Finding> fact = finding -> true;
    private String what = "";
    private String since = "";
    private String effect = "";
    private String remedy = "";

    private Draft(String id, Hazard hazard, String title) {
        this.id = id;
        this.hazard = hazard;
        this.title = title;
        this.hazards = EnumSet.of(hazard);
    }

    /**
     * An entry and what tells its findings.
     *
     * @param entry the entry
     * @param signature what tells its findings from others
     */
    record Known(CatalogueEntry entry, Signature signature) {}

    static Draft entry(String id, Hazard hazard, String title) {
        return new Draft(id, hazard, title);
    }

    /** Adds kinds of finding that it shows as in other company. */
    Draft also(Hazard... others) {
        hazards.addAll(List.of(others));
        return this;
    }

    /** Says what is found in the culprit's {@linkplain Command text}. */
    Draft command(String regex) {
        command = Pattern.compile(regex);
        return this;
    }

    /** Says which codes the failure has. */
    Draft sqlState(String... codes) {
        sqlStates.addAll(List.of(codes));
        return this;
    }

    /** Says what else is so. */
    Draft when(Predicate<Finding> isSo) {
        fact = isSo;
        return this;
    }

    Draft what(String text) {
        what = text;
        return this;
    }

    Draft since(String text) {
        since = text;
        return this;
    }

    Draft effect(String text) {
        effect = text;
        return this;
    }

    Draft remedy(String text) {
        remedy = text;
        return this;
    }

    /** Names the manual's page, such as {@code sql-createindex.html}. */
    Known manual(String page) {
        return new Known(
                new CatalogueEntry(id, hazard, title, what, since, effect, remedy, Manual.page(page)),
                new Signature(Set.copyOf(hazards), Set.copyOf(sqlStates), command, fact));
    }
}
