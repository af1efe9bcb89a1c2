package dev.zdm.workload;

import dev.zdm.plan.PlanException;
import dev.zdm.plan.Release;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Loads a workload class over a release: the JDK and a few shared packages from outside, everything else from the
 * release's files and from the folder or jar of the workload itself, nothing from today's application.
 *
 * <p>Safe for use by several threads.
 */
final class ReleaseLoader extends URLClassLoader {
    /** What a workload and zdm exchange; the same classes on both sides. */
    private static final Set<Class<?>> API =
            Set.of(Flags.class, Keys.class, Ledger.class, OnReplica.class, Operation.class, ReadBack.class);

    /** Logging, which is the JVM's, and libraries for tests, which a release does not have. */
    private static final List<String> SHARED = List.of("org.slf4j.", "org.assertj.", "org.junit.", "org.opentest4j.");

    static {
        registerAsParallelCapable();
    }

    private final String words;
    private final String places;
    private final ClassLoader today;
    private final AtomicReference<@Nullable String> missing = new AtomicReference<>();

    /**
     * Makes a loader.
     *
     * @param files the release's class path
     * @param workload the folder or jar that has the workload class
     * @param today who gives what is shared
     */
    ReleaseLoader(Release release, List<Path> files, Path workload, ClassLoader today) {
        super("zdm release " + release.inWords(), urls(files, workload), ClassLoader.getPlatformClassLoader());
        this.words = release.inWords();
        this.places = "the workload's own " + workload + " and the release's " + files;
        this.today = today;
    }

    private static URL[] urls(List<Path> files, Path workload) {
        URL[] urls = new URL[files.size() + 1];
        try {
            for (int i = 0; i < files.size(); i++) {
                urls[i] = files.get(i).toUri().toURL();
            }
            urls[files.size()] = workload.toUri().toURL();
            return urls;
        } catch (MalformedURLException e) {
            throw new PlanException("a path of a release cannot be a URL: " + e.getMessage(), e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (Class<?> shared : API) {
            if (name.equals(shared.getName())) {
                return shared;
            }
        }
        if (SHARED.stream().anyMatch(name::startsWith)) {
            try {
                return today.loadClass(name);
            } catch (ClassNotFoundException e) {
                return super.findClass(name);
            }
        }
        try {
            return super.findClass(name);
        } catch (ClassNotFoundException e) {
            throw new ClassNotFoundException(name, e.getCause());
        }
    }

    /** Defines zdm's own class here, so that it acts with this loader's rights. */
    Class<?> redefine(Class<?> own) throws IOException {
        String file = own.getName().replace('.', '/') + ".class";
        try (InputStream stream = own.getClassLoader().getResourceAsStream(file)) {
            if (stream == null) {
                throw new IOException("no resource " + file);
            }
            byte[] bytes = stream.readAllBytes();
            return defineClass(own.getName(), bytes, 0, bytes.length, own.getProtectionDomain());
        }
    }

    /** Returns the loader of a class if it is one of a release; null: it is today's. */
    static @Nullable ReleaseLoader of(Class<?> type) {
        return type.getClassLoader() instanceof ReleaseLoader loader ? loader : null;
    }

    /**
     * Remembers if a failure says that the release lacks something.
     *
     * @param where what was being done, in words
     */
    void note(String where, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isLack(cause)) {
                missing.compareAndSet(null, lack(where, cause));
                return;
            }
        }
    }

    private static boolean isLack(Throwable cause) {
        boolean failedInitializer = cause instanceof ExceptionInInitializerError
                || (cause instanceof NoClassDefFoundError
                        && String.valueOf(cause.getMessage()).startsWith("Could not init"));
        return cause instanceof LinkageError && !failedInitializer;
    }

    /** Returns the words for something that the release lacks. */
    PlanException lacks(String where, Throwable failure) {
        return new PlanException(lack(where, failure), failure);
    }

    private String lack(String where, Throwable failure) {
        String name = String.valueOf(failure.getMessage());
        String kind = failure instanceof NoClassDefFoundError || failure instanceof ClassNotFoundException
                ? "the class " + name.replace('/', '.')
                : failure instanceof NoSuchMethodError
                        ? "the method " + name
                        : failure instanceof NoSuchFieldError
                                ? "the field " + name
                                : "what it is compiled against (" + failure + ")";
        return "the release " + words + " does not have " + kind + ", which " + where
                + " needs; looked for in " + places
                + ", never in today's classes. Give the release everything that it runs with, or let a workload class of its "
                + "own drive it";
    }

    /**
     * Says whether everything that was asked of the release was there.
     *
     * @throws PlanException if it was not
     */
    void requireComplete() {
        String lack = missing.get();
        if (lack != null) {
            throw new PlanException(lack);
        }
    }
}
