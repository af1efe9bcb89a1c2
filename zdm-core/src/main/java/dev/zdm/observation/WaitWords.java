package dev.zdm.observation;

import dev.zdm.observation.Attribution.Blame;
import dev.zdm.postgres.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Words the chain of sessions that a wait was for. */
final class WaitWords {
    private static final int MAX_NAMED = 4;

    private final LockWaitSources sources;
    private final Attribution attribution;

    WaitWords(LockWaitSources sources, Attribution attribution) {
        this.sources = sources;
        this.attribution = attribution;
    }

    /** Returns who a session waited for, nearest first. */
    List<String> chain(ObservedWait wait, Blame blame) {
        Blocker culprit = blame.culprit();
        if (culprit == null) {
            return contention(wait);
        }
        List<String> words = new ArrayList<>();
        for (int i = 1; i < blame.path().size(); i++) {
            words.add(link(blame.path().get(i - 1), blame.path().get(i)));
        }
        words.add(end(culprit));
        return words;
    }

    /** Returns the relation that a wait was for, if it was for one and its name is known. */
    Optional<Relation> relation(ObservedWait wait) {
        Long oid = wait.target.relation();
        return oid == null || wait.target.kind() != LockTarget.Kind.RELATION
                ? Optional.empty()
                : sources.relations().nameOf(oid);
    }

    private List<String> contention(ObservedWait wait) {
        List<Blocker> blockers = attribution.blockersOf(wait);
        List<String> words = new ArrayList<>();
        blockers.stream()
                .limit(MAX_NAMED)
                .map(blocker ->
                        name(blocker.pid()) + (blocker.holds() ? " held the lock" : " was waiting for it before"))
                .forEach(words::add);
        if (blockers.size() > MAX_NAMED) {
            words.add("and " + (blockers.size() - MAX_NAMED) + " more");
        }
        return words;
    }

    private String link(ObservedWait wait, ObservedWait next) {
        String waiting = "was waiting for " + lock(next);
        return next.target.equals(wait.target)
                ? name(next.pid) + " " + waiting + " before"
                : name(next.pid) + " held the lock and " + waiting;
    }

    private String end(Blocker culprit) {
        if (culprit.holds()) {
            return name(culprit.pid()) + " held the lock";
        }
        return culprit.waiting()
                .map(waiting -> name(culprit.pid()) + " was waiting for " + lock(waiting) + behind(waiting))
                .orElseGet(() -> name(culprit.pid()) + " was waiting for it before");
    }

    private String behind(ObservedWait waiting) {
        List<Blocker> blockers = attribution.blockersOf(waiting);
        String more = blockers.size() > MAX_NAMED ? " and " + (blockers.size() - MAX_NAMED) + " more" : "";
        return blockers.isEmpty()
                ? ""
                : blockers.stream()
                        .limit(MAX_NAMED)
                        .map(blocker -> name(blocker.pid()))
                        .collect(Collectors.joining(", ", " behind ", more));
    }

    private String lock(ObservedWait wait) {
        return wait.mode + " on " + relation(wait).map(Relation::toString).orElseGet(wait.target::label);
    }

    private String name(int pid) {
        return sources.sessions().roleOf(pid).orElse(SessionRole.OTHER).label() + " (pid " + pid + ")";
    }
}
