package dev.zdm.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * How long server processes on this machine were ready to run and got no processor, by the kernel's own account.
 *
 * <p>Linux adds a delay up when it ends. Elsewhere, and for processes of another machine, nothing is known. For use by one
 * thread.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">/proc/&lt;pid&gt;/schedstat</a>
 */
final class RunDelays {
    private static final Path PROCESSES = Path.of("/proc");

    private final IntFunction<OptionalLong> account;
    private final Map<Integer, Long> known = new HashMap<>();

    RunDelays() {
        this(RunDelays::ofServerProcess);
    }

    /**
     * Takes another account.
     *
     * @param account the delays of a process since it began, in nanoseconds
     */
    RunDelays(IntFunction<OptionalLong> account) {
        this.account = account;
    }

    /** Returns the longest delay of any of these processes since the last call, in nanoseconds; 0 of one that is new. */
    long since(Set<Integer> pids) {
        known.keySet().retainAll(pids);
        long longest = 0;
        for (int pid : pids) {
            OptionalLong total = account.apply(pid);
            if (total.isPresent()) {
                Long before = known.put(pid, total.getAsLong());
                longest = before == null ? longest : Math.max(longest, total.getAsLong() - before);
            }
        }
        return longest;
    }

    /** Reads the second of the three numbers: the time spent waiting on a run queue, in nanoseconds. */
    static OptionalLong ofServerProcess(int pid) {
        Path process = PROCESSES.resolve(Integer.toString(pid));
        try {
            if (!Files.readString(process.resolve("comm")).startsWith("postgres")) {
                return OptionalLong.empty();
            }
            String[] numbers =
                    Files.readString(process.resolve("schedstat")).strip().split(" ", -1);
            return numbers.length < 2 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(numbers[1]));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
