package dev.zdm.workload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys from 1 to the highest, batch by batch.
 *
 * @param highestKey the highest key
 * @param size how many keys a batch has at most
 */
record Batches(long highestKey, int size) {
    /** What is done with a batch. */
    @FunctionalInterface
    interface Task {
        void run(long from, long to) throws SQLException;
    }

    /** Does something with every batch by several threads; the first failure ends it. */
    void forEach(int threads, Task task) throws SQLException, InterruptedException {
        AtomicLong next = new AtomicLong(1);
        Callable<Void> worker = () -> {
            for (long from = next.getAndAdd(size); from <= highestKey; from = next.getAndAdd(size)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                task.run(from, Math.min(from + size, highestKey + 1));
            }
            return null;
        };
        ExecutorService workers = Executors.newFixedThreadPool(threads, Batches::thread);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(workers.submit(worker));
            }
            for (Future<Void> end : running) {
                await(end);
            }
        } finally {
            next.set(Long.MAX_VALUE - (long) size * threads);
            workers.shutdownNow();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "zdm comparison");
        thread.setDaemon(true);
        return thread;
    }

    private static void await(Future<Void> end) throws SQLException, InterruptedException {
        try {
            end.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw e.getCause() instanceof RuntimeException bug ? bug : new IllegalStateException(e.getCause());
        }
    }
}
