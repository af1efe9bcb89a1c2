package dev.zdm.workload;

import dev.zdm.observation.Mismatch.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one fact of one key. For use by who owns the key. */
final class FactState {
    private static final int REMEMBERED = 4;

    private final Deque<Write> earlier = new ArrayDeque<>();
    private final List<Write> announced = new ArrayList<>(1);
    private final List<Write> pending = new ArrayList<>(0);
    private List<Write> allowed = List.of();
    private @Nullable Write failed;

    /** Returns the values that may be read; empty: anything may. The last one was announced last. */
    List<Write> allowed() {
        return allowed;
    }

    boolean isAnnounced() {
        return !announced.isEmpty();
    }

    boolean allows(@Nullable Object found) {
        return allowed.stream().anyMatch(write -> write.has(found));
    }

    /**
     * Compares what was read with what may be; an allowed value is the only one from then on.
     *
     * @return what is wrong with it; null: nothing
     */
    @Nullable
    Kind read(@Nullable Object found, long nanos) {
        if (allowed.isEmpty()) {
            accept(found, nanos);
            return null;
        }
        for (List<Write> values : List.of(allowed, pending)) {
            for (Write write : values) {
                if (write.has(found)) {
                    allowed = List.of(write);
                    return null;
                }
            }
        }
        if (failed != null && failed.has(found)) {
            return Kind.FAILED_WRITE;
        }
        boolean older = earlier.stream().anyMatch(write -> write.has(found));
        return found == null || older ? Kind.GONE : Kind.FOREIGN;
    }

    /** Takes what was read for what may be read from now on. */
    void accept(@Nullable Object found, long nanos) {
        allowed = List.of(new Write(found, null, nanos));
    }

    void announce(Write write) {
        announced.add(write);
    }

    void acknowledge(Write write) {
        for (Write old : allowed) {
            if (!old.has(write.value())) {
                earlier.addFirst(old);
            }
        }
        while (earlier.size() > REMEMBERED) {
            earlier.removeLast();
        }
        announced.clear();
        failed = null;
        allowed = List.of(write);
    }

    /** Ends the operation that owned the key; what it announced and did not acknowledge has this fate. */
    void end(Fate fate) {
        if (announced.isEmpty()) {
            return;
        }
        switch (fate) {
            case ROLLED_BACK -> failed = announced.get(announced.size() - 1);
            case UNKNOWN -> allowAnnounced();
            case PENDING -> {
                allowAnnounced();
                pending.addAll(announced);
            }
        }
        announced.clear();
    }

    private void allowAnnounced() {
        if (!allowed.isEmpty()) {
            List<Write> all = new ArrayList<>(allowed);
            all.addAll(announced);
            allowed = List.copyOf(all);
        }
    }
}
