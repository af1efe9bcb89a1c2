package dev.zdm.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a standby in a second container of the primary's image, on Docker's default network, with a base backup that
 * {@code pg_basebackup} takes over the network.
 *
 * @param image the primary's image
 * @param primary the primary's container
 * @param sessions the primary's
 * @param settings the standby's settings; those of the command line that are not set are the primary's
 */
record ContainerStandbyStart(
        String image, GuardedContainer primary, AdminSessions sessions, EmbeddedSettings settings) {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerStandbyStart.class);
    private static final String PRIMARY = "The PostgreSQL in a container";

    /** {@code $1} the directory of the programs, {@code $2} how to reach the primary, {@code $3} the slot. */
    private static final String SCRIPT = """
            PATH=$1:$PATH
            command -v pg_basebackup >/dev/null || { echo "the image has no pg_basebackup in $1" >&2; exit 1; }
            pg_basebackup -D /tmp/zdm-replica -d "$2" -S "$3" -X stream -c fast -N -R || exit
            shift 3
            exec postgres -D /tmp/zdm-replica "$@"
            """;

    /** Images let in clients of all databases, which replication is none of. */
    private static final String LET_IN = """
            grep -qx "$2" "$1" || echo "$2" >> "$1"
            """;

    private static final String RULE = "host replication all all scram-sha-256";

    /**
     * Starts the standby and returns it when it streams.
     *
     * @param name of the slot
     * @throws DatabaseException if the primary cannot have one, or it does not start; the message says why
     */
    ContainerStandby start(String name) {
        try {
            letReplicasIn();
            ReplicationSlot slot = ReplicationSlot.create(sessions, PRIMARY, name);
            try {
                return start(slot);
            } catch (SQLException | IOException | RuntimeException e) {
                slot.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            throw new DatabaseException(
                    "the replica of the PostgreSQL in a container cannot be set up: " + e.getMessage(), e);
        }
    }

    private ContainerStandby start(ReplicationSlot slot) throws SQLException, IOException {
        GuardedContainer container = GuardedContainer.start(plan(slot));
        boolean started = false;
        try {
            AdminSessions standby = new AdminSessions(container.host(), container.port(), sessions.login());
            new ContainerReadiness(container, "The replica of the PostgreSQL in a container of " + image, settings)
                    .await(standby);
            slot.awaitStreaming(PRIMARY, settings);
            ContainerStandby result = new ContainerStandby(slot, container, StandbySessions.of(sessions, standby));
            LOG.info("a replica of {} runs on port {} in {}", primary.name(), container.port(), container.name());
            started = true;
            return result;
        } finally {
            if (!started) {
                container.close();
            }
        }
    }

    private ContainerPlan plan(ReplicationSlot slot) throws SQLException, IOException {
        String address = "host=" + primary.innerAddress() + " port=" + ContainerServer.PORT + " user="
                + sessions.login().user() + " application_name=" + slot.name();
        String programs = sessions.value("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
        List<String> command = new ArrayList<>(List.of(programs, address, slot.name(), "-c", "hot_standby=on"));
        command.addAll(ContainerServer.options(settings));
        Map<String, String> environment =
                Map.of("PGPASSWORD", String.valueOf(sessions.login().password()));
        return new ContainerPlan(
                ContainerPlan.Purpose.POSTGRES,
                image,
                environment,
                owner(),
                List.of("sh", "-c", SCRIPT, "zdm"),
                command,
                ContainerServer.PORT);
    }

    /** The server refuses to run as root, and its user has another number in each image. */
    private String owner() throws SQLException, IOException {
        return primary.shell("stat -c %u:%g \"$1\"", sessions.value("SELECT current_setting('data_directory')"));
    }

    private void letReplicasIn() throws SQLException, IOException {
        primary.shell(LET_IN, sessions.value("SELECT current_setting('hba_file')"), RULE);
        String before = sessions.value("SELECT pg_conf_load_time()");
        sessions.execute("SELECT pg_reload_conf()");
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        while (sessions.value("SELECT pg_conf_load_time()").equals(before) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
