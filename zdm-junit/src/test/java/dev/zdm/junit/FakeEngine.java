package dev.zdm.junit;

import dev.zdm.database.Database;
import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerChoice;
import dev.zdm.database.ServerLog;
import dev.zdm.observation.ServerFacts;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.plan.Phase;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import dev.zdm.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Rehearses nothing and remembers what it was asked to do: phases are violated, inconclusive or broken if their names
 * say so. Stands before {@link ZeroDowntimeMigration}.
 */
final class FakeEngine implements Engine, BeforeAllCallback {
    static final List<String> EVENTS = Collections.synchronizedList(new ArrayList<>());

    /** The servers on which a rehearsal is under way. */
    private static final Set<PostgresServer> BUSY = Collections.synchronizedSet(new HashSet<>());

    /** Where two rehearsals meet that may run at once, and leave a word about it. */
    private static final CyclicBarrier MEETING = new CyclicBarrier(2, () -> EVENTS.add("two at once"));

    /** Where two rehearsals meet that do run at once. */
    private static final CyclicBarrier APPOINTMENT = new CyclicBarrier(2, () -> EVENTS.add("two at once"));

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(RehearsalExtension.NAMESPACE).put(Engine.class, this);
    }

    @Override
    public RehearsalPlan resolve(RehearsalPlan plan) {
        EVENTS.add("resolve " + shortName(plan));
        if (!plan.phases().isEmpty()) {
            return plan;
        }
        return plan.withPhase(Phase.of("migrate to 2", Change.flyway("2", FlywaySource.DEFAULT)))
                .withPhase(Phase.of(
                        plan.name().contains("Red") ? "violated 3" : "migrate to 3",
                        Change.flyway("3", FlywaySource.DEFAULT)))
                .withPhase(Phase.of("roll out", Change.none()));
    }

    @Override
    public PostgresServer start(ServerChoice choice) {
        EVENTS.add("start server, "
                + (choice instanceof ServerChoice.Embedded embedded
                        ? "durable=" + embedded.settings().durable()
                        : choice.toString()));
        return server();
    }

    static PostgresServer server() {
        return new FakeServer();
    }

    @Override
    public Run open(RehearsalPlan resolved, PostgresServer server, ProgressListener progress) {
        EVENTS.add("open " + shortName(resolved));
        if (!BUSY.add(server)) {
            EVENTS.add("two on one server");
        }
        return new FakeRun(resolved, server, progress, new ArrayList<>());
    }

    /** Returns the plan's name without the name of the test around it. */
    private static String shortName(RehearsalPlan plan) {
        return plan.name().substring(plan.name().lastIndexOf('$') + 1);
    }

    private record FakeRun(
            RehearsalPlan plan, PostgresServer server, ProgressListener progress, List<PhaseResult> results)
            implements Run {
        @Override
        public PhaseResult runNext() {
            Phase phase = plan.phases().get(results.size());
            String name = phase.name();
            EVENTS.add("rehearse " + name);
            progress.phase(name, "steady load");
            if (name.startsWith("broken")) {
                throw new IllegalStateException("the server was lost");
            }
            if (name.startsWith("meeting")) {
                meet();
            }
            if (name.startsWith("appointment")) {
                keepAppointment();
            }
            PhaseResult result = Fakes.result(phase, verdict(name));
            results.add(result);
            progress.done(result);
            return result;
        }

        private static Verdict verdict(String phase) {
            if (phase.startsWith("violated")) {
                return Fakes.VIOLATED;
            }
            return phase.startsWith("inconclusive") ? Fakes.INCONCLUSIVE : Fakes.PASSED;
        }

        private static void meet() {
            try {
                MEETING.await(300, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                MEETING.reset(); // Nobody came.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void keepAppointment() {
            try {
                APPOINTMENT.await(60, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException("nobody else came", e);
            }
        }

        @Override
        public RehearsalResult result() {
            return new RehearsalResult(
                    plan,
                    new ServerFacts("fake", "18.6", Map.of("fsync", "on")),
                    Duration.ZERO,
                    Duration.ZERO,
                    results);
        }

        @Override
        public String lockWaits() {
            return "no session is waiting for a lock";
        }

        @Override
        public void close() {
            EVENTS.add("close " + shortName(plan));
            BUSY.remove(server);
        }
    }

    private static final class FakeServer implements PostgresServer {
        @Override
        public String kind() {
            return "fake";
        }

        @Override
        public String version() {
            return "18.6";
        }

        @Override
        public Map<String, String> settings() {
            return Map.of();
        }

        @Override
        public Database fresh(Object key, DatabaseBuilder builder) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerLog log() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            EVENTS.add("stop server");
        }
    }
}
