package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void verdict_that_is_not_passed_is_an_assertion_error_of_its_kind() {
        assertThat(Failures.of(Fakes.result("expand", Fakes.PASSED))).isEmpty();
        assertThat(Failures.of(Fakes.result("expand", Fakes.VIOLATED))).containsInstanceOf(ZeroDowntimeViolation.class);
        assertThat(Failures.of(Fakes.result("expand", Fakes.INCONCLUSIVE)))
                .containsInstanceOf(InconclusiveRehearsal.class);
    }

    @Test
    void body_alone_is_the_failure_where_the_verdict_passed() {
        Exception body = new Exception("body");

        assertThat(Failures.of(Fakes.result("expand", Fakes.PASSED), null)).isEmpty();
        assertThat(Failures.of(Fakes.result("expand", Fakes.PASSED), body)).containsSame(body);
        assertThat(body.getSuppressed()).isEmpty();
    }

    @Test
    void first_line_is_the_first_that_says_something() {
        assertThat(Failures.firstLine(new AssertionError("\n\n  one \ntwo"))).isEqualTo("one");
        assertThat(Failures.firstLine(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
        assertThat(Failures.firstLine(new IllegalStateException(" "))).isEqualTo("java.lang.IllegalStateException");
    }
}
