package dev.zdm.workload;

import dev.zdm.plan.PlanException;
import dev.zdm.plan.Release;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One release and the workload class that was loaded over it. For use by one thread. */
final class IsolatedRelease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IsolatedRelease.class);
    private static final long END_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final ReleaseFiles files;
    private final ReleaseLoader loader;
    private final Class<?> workload;

    private IsolatedRelease(ReleaseFiles files, ReleaseLoader loader, Class<?> workload) {
        this.files = files;
        this.loader = loader;
        this.workload = workload;
    }

    /**
     * Loads a workload over a release.
     *
     * @throws PlanException if the release cannot be had, or the workload cannot be loaded over it
     */
    static IsolatedRelease open(Class<?> workload, Release release) {
        Path own = source(workload);
        ReleaseFiles files = ReleaseFiles.of(release);
        ReleaseLoader loader = null;
        try {
            requireApart(release, files.paths(), own);
            loader = new ReleaseLoader(release, files.paths(), own, workload.getClassLoader());
            return new IsolatedRelease(files, loader, load(loader, workload));
        } catch (IOException e) {
            abandon(files, loader);
            throw new PlanException("the release " + release.inWords() + " cannot be read: " + e, e);
        } catch (PlanException e) {
            abandon(files, loader);
            throw e;
        }
    }

    private static void abandon(ReleaseFiles files, @Nullable ReleaseLoader loader) {
        try (files) {
            if (loader != null) {
                loader.close();
            }
        } catch (IOException e) {
            LOG.debug("{} could not be closed", loader, e);
        }
    }

    /** Returns the folder or jar that has a workload class. */
    private static Path source(Class<?> workload) {
        CodeSource source = workload.getProtectionDomain().getCodeSource();
        try {
            if (source != null && source.getLocation() != null) {
                return Path.of(source.getLocation().toURI());
            }
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            LOG.debug("the place of {} is no path", workload, e);
        }
        throw new PlanException("workload " + workload.getName() + " must be in a folder or a jar to be loaded over a "
                + "release, found " + source);
    }

    /** A folder with both could give away a class of today's for one that the release lacks. */
    private static void requireApart(Release release, List<Path> files, Path own) throws IOException {
        List<String> mine = ClassFiles.in(own);
        for (Path file : files) {
            Optional<String> both = ClassFiles.firstIn(file, mine);
            if (both.isPresent()) {
                throw new PlanException("a workload over a release must be apart from the application: " + own
                        + " has the workload, and also "
                        + both.get().replace(".class", "").replace('/', '.') + ", which is one of the release "
                        + release.inWords() + "; put workloads into a test source folder or a module of their own");
            }
        }
    }

    private static Class<?> load(ReleaseLoader loader, Class<?> workload) {
        try {
            return Class.forName(workload.getName(), true, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw loader.lacks("workload " + workload.getName(), e);
        }
    }

    Class<?> workload() {
        return workload;
    }

    PlanException lacks(LinkageError failure) {
        return loader.lacks("workload " + workload.getName(), failure);
    }

    void requireComplete() {
        loader.requireComplete();
    }

    /** Ends what the release's code left open when its workloads were closed: drivers and threads; then the loader can be collected. */
    @Override
    public void close() {
        try {
            Constructor<?> cleanup = loader.redefine(DriverCleanup.class).getDeclaredConstructor();
            cleanup.setAccessible(true);
            ((Runnable) cleanup.newInstance()).run();
            endThreads();
            loader.close();
        } catch (IOException | ReflectiveOperationException | IllegalStateException e) {
            LOG.warn("release {} could not be closed whole", loader.getName(), e);
        } finally {
            files.close();
        }
    }

    /** The release's own threads are those that were started by its code. */
    private void endThreads() {
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getContextClassLoader() == loader && thread != Thread.currentThread())
                .toList();
        left.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        for (Thread thread : left) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                LOG.warn(
                        "{} left its thread '{}' running; let the workload be AutoCloseable and end it",
                        loader.getName(),
                        thread.getName());
            }
        }
    }
}
