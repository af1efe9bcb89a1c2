package dev.zdm.workload;

import org.jspecify.annotations.Nullable;

/**
 * While a thread runs a release's code, its context class loader is the release's, as it is in production, where the
 * release is all there is. For today's classes nothing is changed.
 */
final class ContextLoader implements AutoCloseable {
    private final @Nullable ClassLoader before;
    private final boolean changed;

    private ContextLoader(@Nullable ClassLoader before, boolean changed) {
        this.before = before;
        this.changed = changed;
    }

    /** Sets the calling thread's loader until this is closed, on the same thread. */
    static ContextLoader of(Class<?> workload) {
        ReleaseLoader loader = ReleaseLoader.of(workload);
        if (loader == null) {
            return new ContextLoader(null, false);
        }
        Thread thread = Thread.currentThread();
        ContextLoader context = new ContextLoader(thread.getContextClassLoader(), true);
        thread.setContextClassLoader(loader);
        return context;
    }

    /** Returns what closes an instance of a workload with its release's loader set. */
    static AutoCloseable closing(AutoCloseable workload) {
        return () -> {
            try (ContextLoader context = of(workload.getClass())) {
                workload.close();
            }
        };
    }

    @Override
    public void close() {
        if (changed) {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
