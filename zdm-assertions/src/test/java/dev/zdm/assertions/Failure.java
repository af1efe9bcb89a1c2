package dev.zdm.assertions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What an assertion said when it failed. */
final class Failure {
    private Failure() {}

    static String of(ThrowingCallable assertion) {
        AssertionError error = catchThrowableOfType(AssertionError.class, assertion);
        assertThat(error).as("the assertion must fail").isNotNull();
        return error.getMessage();
    }
}
