package dev.zdm.database;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;

/** A hot standby of a {@link ContainerServer} in a container of its own. */
final class ContainerStandby implements Standby {
    private final ReplicationSlot slot;
    private final GuardedContainer container;
    private final StandbySessions sessions;
    private final AtomicBoolean closed = new AtomicBoolean();

    ContainerStandby(ReplicationSlot slot, GuardedContainer container, StandbySessions sessions) {
        this.slot = slot;
        this.container = container;
        this.sessions = sessions;
    }

    @Override
    public String jdbcUrl(Database database) {
        return sessions.standby().url(database.name());
    }

    @Override
    public String jdbcUrl() {
        return sessions.standby().url(AdminSessions.DATABASE);
    }

    @Override
    public Properties credentials() {
        return sessions.standby().credentials();
    }

    @Override
    public Map<String, String> settings() {
        return sessions.settings();
    }

    @Override
    public boolean awaitReplay(Duration limit) {
        return sessions.awaitReplay(limit);
    }

    GuardedContainer container() {
        return container;
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            container.close();
            slot.close();
        }
    }
}
