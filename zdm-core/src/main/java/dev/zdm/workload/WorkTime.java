package dev.zdm.workload;

/** The time for which workers have been at work, all together, up to now. Safe for use by several threads. */
final class WorkTime {
    private long nanos;
    private int underWay;

    /** A worker begins with something. */
    synchronized void begin(long now) {
        nanos -= now;
        underWay++;
    }

    /** A worker has ended what it began. */
    synchronized void end(long now) {
        nanos += now;
        underWay--;
    }

    /** Returns the time until now, in nanoseconds; what is still under way counts as far as it has come. */
    synchronized long until(long now) {
        return nanos + underWay * now;
    }
}
