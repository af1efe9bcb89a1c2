package dev.zdm.workload;

import java.util.HashSet;
import java.util.Set;

/** The keys that operations of one pair of workers own just now. Safe for use by several threads. */
final class Leases {
    private final Set<Long> taken = new HashSet<>();

    /** Takes a key; false: another operation has it. What its former owner did is visible from then on. */
    synchronized boolean take(long key) {
        return taken.add(key);
    }

    /** Takes a key as soon as no other operation has it. */
    synchronized void await(long key) {
        try {
            while (!taken.add(key)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another operation owned key " + key, e);
        }
    }

    synchronized void release(Set<Long> keys) {
        taken.removeAll(keys);
        notifyAll();
    }
}
