package dev.zdm.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * How long processes and threads on this machine were ready to run and got no processor, by the kernel's own account.
 *
 * <p>Linux adds a delay up when it ends. Elsewhere, and for processes of another machine, nothing is known. For use by one
 * thread.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">/proc/&lt;pid&gt;/schedstat</a>
 */
final class RunDelays {
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path OWN_THREADS = PROCESSES.resolve("self/task");
    private static final Path THIS_THREAD = PROCESSES.resolve("thread-self");

    private final IntFunction<OptionalLong> account;
    private final Map<Integer, Long> known = new HashMap<>();

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

    /** Returns the kernel's number of the thread that asks; empty where there is none to be known. */
    static OptionalInt currentThread() {
        try {
            return OptionalInt.of(Integer.parseInt(
                    Files.readSymbolicLink(THIS_THREAD).getFileName().toString()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Returns the delays of a thread of this JVM. */
    static OptionalLong ofOwnThread(int thread) {
        try {
            return read(OWN_THREADS.resolve(Integer.toString(thread)));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the delays of a process of a PostgreSQL server. */
    static OptionalLong ofServerProcess(int pid) {
        Path process = PROCESSES.resolve(Integer.toString(pid));
        try {
            return Files.readString(process.resolve("comm")).startsWith("postgres")
                    ? read(process)
                    : OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Reads the second of the three numbers: the time spent waiting on a run queue, in nanoseconds. */
    private static OptionalLong read(Path task) throws IOException {
        String[] numbers = Files.readString(task.resolve("schedstat")).strip().split(" ", -1);
        return numbers.length < 2 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(numbers[1]));
    }
}
