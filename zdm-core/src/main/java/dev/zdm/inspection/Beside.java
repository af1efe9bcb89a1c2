package dev.zdm.inspection;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread that works beside the caller, one task after the other. For use by one thread. */
final class Beside implements AutoCloseable {
    private final ExecutorService thread;

    Beside(String name) {
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
    }

    <T> Future<T> begin(Callable<T> task) {
        return thread.submit(task);
    }

    /**
     * Waits for the end of a task, also when the caller is interrupted: a session may be used again only when the other
     * thread is done with it, and queries end soon.
     *
     * @throws SQLException if the task failed
     */
    static <T> T await(Future<T> task) throws SQLException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true; // It is told when the task has ended.
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SQLException failure ? failure : new SQLException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
