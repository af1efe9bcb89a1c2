package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.observation.ServerFacts;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClassRehearsalTest {
    private final AtomicInteger opened = new AtomicInteger();

    @BeforeEach
    void forget() {
        FakeEngine.EVENTS.clear();
    }

    @Test
    void opens_with_the_first_phase_and_closes_with_the_last() {
        ClassRehearsal rehearsal = rehearsal("one", "two");
        assertThat(opened).hasValue(0);
        assertThat(rehearsal.result()).isEmpty();

        assertThat(rehearsal.run(0).name()).isEqualTo("one");
        assertThat(FakeEngine.EVENTS).doesNotContain("close plan");
        assertThat(rehearsal.run(1).name()).isEqualTo("two");

        assertThat(opened).hasValue(1);
        assertThat(FakeEngine.EVENTS).containsExactly("open plan", "rehearse one", "rehearse two", "close plan");
        assertThat(rehearsal.result().orElseThrow().phases()).hasSize(2);
    }

    @Test
    void runs_a_phase_once_and_those_before_it_on_the_way() {
        ClassRehearsal rehearsal = rehearsal("one", "two");

        assertThat(rehearsal.run(1)).isSameAs(rehearsal.run(1));
        assertThat(rehearsal.run(0).name()).isEqualTo("one");
        assertThat(FakeEngine.EVENTS).containsOnlyOnce("rehearse one", "rehearse two");
    }

    @Test
    void red_phase_ends_it() {
        ClassRehearsal rehearsal = rehearsal("one", "violated", "three");

        assertThatThrownBy(() -> rehearsal.run(2)).isInstanceOf(ZeroDowntimeViolation.class);
        assertThatThrownBy(() -> rehearsal.run(2)).isInstanceOf(ZeroDowntimeViolation.class);

        assertThat(FakeEngine.EVENTS).containsExactly("open plan", "rehearse one", "rehearse violated", "close plan");
        assertThat(rehearsal.skipReason(1)).isEmpty();
        assertThat(rehearsal.skipReason(2))
                .contains("phase 'violated' was red: Phase 'violated' is NOT zero-downtime: 1 finding");
    }

    @Test
    void broken_rehearsal_stays_broken() {
        ClassRehearsal rehearsal = rehearsal("broken");

        assertThatThrownBy(() -> rehearsal.run(0)).hasMessage("the server was lost");
        assertThatThrownBy(() -> rehearsal.run(0)).hasMessage("the server was lost");

        assertThat(FakeEngine.EVENTS).containsExactly("open plan", "rehearse broken", "close plan");
    }

    @Test
    void rehearsal_that_does_not_open_is_not_opened_again() {
        ClassRehearsal rehearsal = new ClassRehearsal(plan("one"), () -> {
            opened.incrementAndGet();
            throw new IllegalStateException("no server");
        });

        assertThatThrownBy(() -> rehearsal.run(0)).hasMessage("no server");
        assertThatThrownBy(() -> rehearsal.run(0)).hasMessage("no server");
        assertThat(opened).hasValue(1);
    }

    @Test
    void failure_to_close_stands_behind_what_broke_the_rehearsal() {
        ClassRehearsal rehearsal = new ClassRehearsal(plan("one"), UnclosableRun::new);

        assertThatThrownBy(() -> rehearsal.run(0))
                .hasMessage("the server was lost")
                .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("sessions are still open"));
    }

    @Test
    void first_red_test_is_the_reason_of_all_skips() {
        ClassRehearsal rehearsal = rehearsal("one", "two", "three");

        rehearsal.markRed(0, new AssertionError("\n  \nExpecting actual:\n  1"));
        rehearsal.markRed(1, new AssertionError("later"));

        assertThat(rehearsal.skipReason(0)).isEmpty();
        assertThat(rehearsal.skipReason(1)).contains("phase 'one' was red: Expecting actual:");
        assertThat(rehearsal.skipReason(2)).contains("phase 'one' was red: Expecting actual:");
    }

    @Test
    void red_test_of_a_passed_phase_ends_it_too() {
        ClassRehearsal rehearsal = rehearsal("one", "two");
        rehearsal.run(0);

        rehearsal.markRed(0, new AssertionError("the body asks for more"));

        assertThat(FakeEngine.EVENTS).containsExactly("open plan", "rehearse one", "close plan");
    }

    @Test
    void failure_to_close_stands_behind_the_red_test() {
        ClassRehearsal rehearsal = new ClassRehearsal(plan("one", "two"), PassingUnclosableRun::new);
        AssertionError failure = new AssertionError("the body asks for more");
        rehearsal.run(0);

        rehearsal.markRed(0, failure);

        assertThat(failure.getSuppressed()[0]).hasMessage("sessions are still open");
    }

    @Test
    void closing_twice_closes_once() {
        ClassRehearsal rehearsal = rehearsal("one", "two");
        rehearsal.run(0);

        rehearsal.close();
        rehearsal.close();

        assertThat(FakeEngine.EVENTS).containsOnlyOnce("close plan");
    }

    private ClassRehearsal rehearsal(String... phases) {
        RehearsalPlan plan = plan(phases);
        return new ClassRehearsal(plan, () -> {
            opened.incrementAndGet();
            FakeEngine engine = new FakeEngine();
            return engine.open(plan, FakeEngine.server(), ProgressListener.silent());
        });
    }

    private static RehearsalPlan plan(String... phases) {
        RehearsalPlan plan = RehearsalPlan.named("plan", Baseline.of(Change.none()))
                .withVersions(ApplicationVersion.of(Fakes.OldApp.class), ApplicationVersion.absent());
        for (String phase : phases) {
            plan = plan.withPhase(dev.zdm.plan.Phase.of(phase, Change.none()));
        }
        return plan;
    }

    private static final class PassingUnclosableRun extends UnclosableRun {
        @Override
        public PhaseResult runNext() {
            return Fakes.result("one", Fakes.PASSED);
        }

        @Override
        public RehearsalResult result() {
            return new RehearsalResult(
                    plan("one", "two"),
                    new ServerFacts("fake", "18.6", Map.of()),
                    Duration.ZERO,
                    Duration.ZERO,
                    List.of(runNext()));
        }
    }

    private static class UnclosableRun implements Engine.Run {
        @Override
        public PhaseResult runNext() {
            throw new IllegalStateException("the server was lost");
        }

        @Override
        public RehearsalResult result() {
            throw new IllegalStateException("there is none");
        }

        @Override
        public String lockWaits() {
            throw new IllegalStateException("there is nobody");
        }

        @Override
        public void close() {
            throw new IllegalStateException("sessions are still open");
        }
    }
}
