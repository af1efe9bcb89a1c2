package dev.zdm.report;

import dev.zdm.observation.Latency;
import dev.zdm.observation.LockWait;
import dev.zdm.observation.PhaseHistory;
import dev.zdm.observation.ServerFacts;
import dev.zdm.observation.StatementRun;
import dev.zdm.observation.Window;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Change;
import dev.zdm.plan.VersionRole;
import dev.zdm.verdict.Doubt;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.Findings;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report for people who read a console, and the text of a failed test. */
public final class TextReport {
    private static final int HAZARD_COLUMN = 78;

    private TextReport() {}

    /** Returns the verdict of a phase with all its findings, then what was observed. */
    public static String of(PhaseResult result) {
        return verdict(result) + observed(result);
    }

    /** Returns the report of a rehearsal, phase by phase. */
    public static String of(RehearsalResult result) {
        StringBuilder text = new StringBuilder();
        text.append("Rehearsal of '").append(result.plan().name()).append("': ");
        text.append(headline(result)).append('\n');
        line(text, "server", server(result.server()));
        result.server().limits().forEach(limit -> line(text, "server", limit));
        text.append("   baseline : ")
                .append(Format.count(result.plan().baseline().rows(), "row"))
                .append(", fresh copy in ")
                .append(Format.millis(result.freshDatabase()))
                .append("\n   time     : ")
                .append(time(result))
                .append('\n');
        for (VersionRole role : VersionRole.values()) {
            if (result.plan().version(role) instanceof ApplicationVersion.OfClass version
                    && version.release() != null) {
                line(
                        text,
                        role == VersionRole.OLD ? "old" : "new",
                        "works with the classes of " + version.release().inWords());
            }
        }
        SeedWording.of(result.seeded()).forEach(line -> line(text, "seeded", line));
        text.append('\n');
        result.phases().forEach(phase -> text.append(of(phase)).append('\n'));
        CompatibilityGrid.of(result.phases())
                .forEach(line -> text.append("   ").append(line).append('\n'));
        return text.toString();
    }

    private static String time(RehearsalResult result) {
        Duration underLoad = result.phases().stream()
                .flatMap(phase -> phase.history().windows().stream())
                .map(Window::length)
                .reduce(Duration.ZERO, Duration::plus);
        Duration phases = result.phases().stream().map(PhaseResult::length).reduce(Duration.ZERO, Duration::plus);
        return Format.seconds(result.length()) + ", " + Format.seconds(underLoad) + " of it under load (baseline "
                + Format.seconds(result.length().minus(phases)) + ", "
                + result.phases().stream()
                        .map(phase -> phase.name() + " " + Format.seconds(phase.length()))
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private static String headline(RehearsalResult result) {
        Verdict verdict = result.verdictSoFar();
        int rehearsed = result.phases().size();
        int planned = result.plan().phases().size();
        String phases = rehearsed == planned
                ? Format.count(planned, "phase")
                : rehearsed + " of " + Format.count(planned, "phase");
        if (verdict instanceof Verdict.Violated violated) {
            return "NOT zero-downtime, " + Format.count(violated.findings().size(), "finding") + " in " + phases;
        }
        if (verdict instanceof Verdict.Inconclusive) {
            return "INCONCLUSIVE in " + phases;
        }
        return rehearsed == planned ? "zero-downtime in " + phases : "zero-downtime so far, " + phases;
    }

    private static String server(ServerFacts server) {
        return "PostgreSQL " + server.version() + " (" + server.kind() + "), " + settings(server.settings());
    }

    private static String settings(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .filter(setting -> setting.getKey().equals("fsync")
                                || setting.getKey().equals("synchronous_commit")
                                || setting.getKey().equals("full_page_writes"))
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** Returns the verdict of a phase with all its findings. */
    public static String verdict(PhaseResult result) {
        StringBuilder text = new StringBuilder("Phase '" + result.name() + "' is ");
        Verdict verdict = result.verdict();
        if (verdict instanceof Verdict.Violated violated) {
            text.append("NOT zero-downtime: ")
                    .append(Format.count(violated.findings().size(), "finding"));
        } else if (verdict instanceof Verdict.Inconclusive inconclusive) {
            text.append("INCONCLUSIVE: ")
                    .append(Format.count(inconclusive.doubts().size(), "doubt"));
        } else {
            text.append("zero-downtime");
        }
        return text.append('\n')
                .append(list(verdict.findings(), verdict.doubts()))
                .toString();
    }

    /** Returns findings and doubts, numbered, each after an empty line. */
    public static String list(List<Finding> findings, List<Doubt> doubts) {
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (Finding finding : findings) {
            number++;
            text.append(finding(number, Wording.of(finding)));
        }
        for (Doubt doubt : doubts) {
            number++;
            text.append("\n")
                    .append(number)
                    .append(". could not tell · ")
                    .append(DoubtWording.of(doubt))
                    .append('\n');
        }
        return text.toString();
    }

    private static String finding(int number, Words words) {
        String title = number + ". " + words.title();
        String padding = " ".repeat(Math.max(1, HAZARD_COLUMN - title.length()));
        return "\n" + title + padding + "[" + words.hazard() + "]\n"
                + "   expected : " + words.expected() + "\n"
                + "   found    : " + words.found() + "\n"
                + "   caused by: " + words.causedBy() + "\n"
                + "   why      : " + words.why() + "\n"
                + "   do       : " + words.remedy() + "\n"
                + "   see      : " + words.see() + "\n";
    }

    private static String observed(PhaseResult result) {
        PhaseHistory history = result.history();
        StringBuilder text = new StringBuilder(result.verdict().isPassed() ? "" : "\n");
        line(text, "change", change(history));
        FootprintWording.of(history.footprints()).forEach(footprint -> line(text, "footprint", footprint));
        history.growth().forEach(growth -> line(text, "growth", GrowthWording.of(growth)));
        line(text, "load", load(history));
        line(text, "latency", latency(history));
        line(text, "locks", locks(history));
        line(text, "data", data(history));
        line(text, "writes", LedgerWording.line(history.ledger()));
        line(text, "untouched", DataWording.untouched(history.untouched()));
        DataWording.touched(history.untouched()).forEach(table -> line(text, "touched", table));
        WayBackWording.lines(history.wayBack()).forEach(way -> line(text, "way back", way));
        line(text, "crashes", CrashWording.line(history.crashes()));
        BackfillWording.lines(history.backfill()).forEach(line -> line(text, "backfill", line));
        ReplicaWording.lines(history).forEach(line -> line(text, "replica", line));
        line(text, "versions", CompatibilityWording.line(history.compatibility()));
        result.company().forEach(rehearsal -> line(text, "company", CompanyWording.line(rehearsal)));
        history.notes().forEach(note -> line(text, "note", note));
        result.advice().forEach(advice -> line(text, "advice", advice));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        if (!value.isEmpty()) {
            text.append(String.format("   %-9s: %s%n", key, value).replace(System.lineSeparator(), "\n"));
        }
    }

    private static String change(PhaseHistory history) {
        List<StatementRun> runs = history.statements();
        String what = history.phase().change().describe();
        if (runs.isEmpty()) {
            return what;
        }
        Duration took =
                Duration.between(runs.get(0).begin(), runs.get(runs.size() - 1).end());
        String prefix = history.phase().change().unwrapped() instanceof Change.Statements ? "" : what + ", ";
        return prefix + Format.count(runs.size(), "statement") + " in " + Format.millis(took);
    }

    private static String load(PhaseHistory history) {
        long succeeded = history.windows().stream()
                .flatMap(window -> window.coverage().stream())
                .mapToLong(Window.Coverage::succeeded)
                .sum();
        long failed =
                history.errors().stream().mapToLong(error -> error.count()).sum();
        String windows = history.windows().stream().map(Window::label).collect(Collectors.joining(", "));
        return Format.count(succeeded, "operation") + " succeeded, " + Format.number(failed) + " failed (" + windows
                + ")";
    }

    private static String latency(PhaseHistory history) {
        if (history.latencies().isEmpty()) {
            return "";
        }
        Map<WindowKind, Duration> slowest = new EnumMap<>(WindowKind.class);
        for (Latency latency : history.latencies()) {
            WindowKind kind = history.windows().get(latency.window()).kind();
            slowest.merge(kind, latency.p99(), (first, second) -> first.compareTo(second) >= 0 ? first : second);
        }
        Latency longest = Collections.max(history.latencies(), Comparator.comparing(Latency::max));
        return "99th percentile of the slowest operation "
                + slowest.entrySet().stream()
                        .map(entry -> Format.millis(entry.getValue()) + " ("
                                + entry.getKey().label() + ")")
                        .collect(Collectors.joining(", "))
                + "; longest " + Format.millis(longest.max()) + ", operation " + longest.operation();
    }

    private static String locks(PhaseHistory history) {
        List<LockWait> caused = Findings.causedByMigration(history);
        String migration = caused.isEmpty()
                ? "no wait for the migration"
                : Format.count(caused.size(), "wait") + " for the migration, longest "
                        + Format.millis(caused.get(0).causedDuration());
        long contention = history.contention().stream()
                .filter(summary -> summary.waiter().version().isPresent())
                .mapToLong(summary -> summary.count())
                .sum();
        return migration + "; " + Format.count(contention, "wait") + " between application sessions";
    }

    private static String data(PhaseHistory history) {
        List<String> checks = new ArrayList<>(InvariantWording.held(history.invariants()));
        AgreementWording.same(history.agreements()).ifPresent(checks::add);
        return String.join(", ", checks);
    }
}
