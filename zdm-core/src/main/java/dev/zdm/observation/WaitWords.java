package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.observation.Culprits.Culprit;
import dev.zdm.observation.SampledWait.Evidence;
import dev.zdm.postgres.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Words the chain of sessions that a wait was for. */
final class WaitWords {
    private static final int MAX_NAMED = 4;
    private static final String HELD = " held the lock";

    private final LockWaitSources sources;
    private final Attribution attribution;

    WaitWords(LockWaitSources sources, Attribution attribution) {
        this.sources = sources;
        this.attribution = attribution;
    }

    /** Returns who a session waited for, nearest first. */
    List<String> chain(ObservedWait wait, Blame blame, Optional<Culprit> statement) {
        Blocker culprit = blame.culprit();
        if (culprit == null) {
            return contention(wait);
        }
        List<String> words = new ArrayList<>();
        for (int i = 1; i < blame.path().size(); i++) {
            ObservedWait next = blame.path().get(i);
            words.add(link(blame.path().get(i - 1).target, next.pid, next.mode, next.target));
        }
        words.add(end(culprit) + (culprit.holds() ? kept(statement) : ""));
        return words;
    }

    /** Returns who a session was seen to wait for, nearest first. */
    List<String> chain(Evidence why, Optional<Culprit> statement) {
        LockRow culprit = why.culprit();
        if (culprit == null) {
            return limited(why.inTheWay(), row -> name(row.pid()) + inTheWay(row.granted()));
        }
        List<String> words = new ArrayList<>();
        for (int i = 1; i < why.path().size(); i++) {
            LockRow next = why.path().get(i);
            words.add(link(why.path().get(i - 1).target(), next.pid(), next.mode(), next.target()));
        }
        String behind = String.join(", ", limited(why.inTheWay(), row -> name(row.pid())));
        words.add(
                culprit.granted()
                        ? name(culprit.pid()) + HELD + kept(statement)
                        : name(culprit.pid()) + " was waiting for " + lock(culprit.mode(), culprit.target())
                                + (behind.isEmpty() ? "" : " behind " + behind));
        return words;
    }

    /** Says that a lock outlived the statement that took it, and what ran meanwhile. */
    private static String kept(Optional<Culprit> statement) {
        return statement
                .flatMap(one -> one.meanwhile()
                        .map(ran -> " since " + one.statement().position() + " and kept it during " + ran.position()
                                + " " + ran.summary()))
                .orElse("");
    }

    private static String inTheWay(boolean holds) {
        return holds ? HELD : " was waiting for it before";
    }

    private static <T> List<String> limited(List<T> all, Function<T, String> name) {
        List<String> words =
                new ArrayList<>(all.stream().limit(MAX_NAMED).map(name).toList());
        if (all.size() > MAX_NAMED) {
            words.add("and " + (all.size() - MAX_NAMED) + " more");
        }
        return words;
    }

    private Optional<Relation> relation(LockTarget target) {
        return target.name(sources.relations());
    }

    private List<String> contention(ObservedWait wait) {
        return limited(attribution.blockersOf(wait), blocker -> name(blocker.pid()) + inTheWay(blocker.holds()));
    }

    private String link(LockTarget before, int pid, String mode, LockTarget target) {
        String waiting = "was waiting for " + lock(mode, target);
        return target.equals(before) ? name(pid) + " " + waiting + " before" : name(pid) + HELD + " and " + waiting;
    }

    private String end(Blocker culprit) {
        if (culprit.holds()) {
            return name(culprit.pid()) + HELD;
        }
        return culprit.waiting()
                .map(waiting -> name(culprit.pid()) + " was waiting for " + lock(waiting.mode, waiting.target)
                        + behind(waiting))
                .orElseGet(() -> name(culprit.pid()) + " was waiting for it before");
    }

    private String behind(ObservedWait waiting) {
        List<String> names = limited(attribution.blockersOf(waiting), blocker -> name(blocker.pid()));
        return names.isEmpty() ? "" : " behind " + String.join(", ", names);
    }

    private String lock(String mode, LockTarget target) {
        return mode + " on " + relation(target).map(Relation::toString).orElseGet(target::label);
    }

    private String name(int pid) {
        return sources.sessions().roleOf(pid).orElse(SessionRole.OTHER).label() + " (pid " + pid + ")";
    }
}
