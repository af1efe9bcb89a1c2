package dev.zdm.plan;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A replica that the application has in production: the rehearsal has a hot standby that follows its server.
 *
 * @param lag the longest time that the replica may be behind its primary, 1 ms or more
 * @param settings settings of the standby as in {@code postgresql.conf}; what they do not say is as on the primary
 * @param longReader whether each change is rehearsed once more, alone, while a long query reads on the replica what the
 *     change locks
 * @param pace what replicas in production keep pace with
 */
public record Replica(Duration lag, Map<String, String> settings, boolean longReader, ReplicaPace pace) {
    /**
     * At most 2 s behind, PostgreSQL's own settings, no long reader. On one machine, with both servers and the load on
     * two processors at a load average of 8, a replica was up to 0.7 s behind without anybody's fault.
     */
    public static final Replica DEFAULT = new Replica(Duration.ofSeconds(2), Map.of(), false, ReplicaPace.DEFAULT);

    /** The setting that says how long readers hold up the replay. */
    public static final String READERS_DELAY = "max_standby_streaming_delay";

    public Replica {
        if (lag.toMillis() < 1) {
            throw new PlanException("the longest time that a replica may be behind must be 1 ms or more, found " + lag);
        }
        settings = Map.copyOf(settings);
    }

    /** Returns the same replica with another longest time behind its primary. */
    public Replica withLag(Duration longest) {
        return new Replica(longest, settings, longReader, pace);
    }

    /** Returns the same replica with another pace. */
    public Replica withPace(ReplicaPace most) {
        return new Replica(lag, settings, longReader, most);
    }

    /** Returns the same replica with one more setting, {@code withSetting("hot_standby_feedback", "on")}. */
    public Replica withSetting(String name, String value) {
        SortedMap<String, String> all = new TreeMap<>(settings);
        all.put(name, value);
        return new Replica(lag, all, longReader, pace);
    }

    /**
     * Returns the same replica with long readers: a report, an export. Where no setting says how long the replay waits for
     * them, it is 1 s instead of PostgreSQL's 30 s, to spare the rehearsal the time.
     */
    public Replica withLongReader() {
        return (settings.containsKey(READERS_DELAY) ? this : withSetting(READERS_DELAY, "1s")).andLongReader();
    }

    private Replica andLongReader() {
        return new Replica(lag, settings, true, pace);
    }
}
