package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalUrlTest {
    @Test
    void is_taken_apart() {
        assertThat(ExternalUrl.parse("jdbc:postgresql://db.example/test"))
                .isEqualTo(new ExternalUrl("db.example", 5432, "test", ""));
        assertThat(ExternalUrl.parse("jdbc:postgresql://127.0.0.1:6543/test?sslmode=require&connectTimeout=3"))
                .isEqualTo(new ExternalUrl("127.0.0.1", 6543, "test", "?sslmode=require&connectTimeout=3"));
        assertThat(ExternalUrl.parse("jdbc:postgresql://[::1]:6543/test"))
                .isEqualTo(new ExternalUrl("[::1]", 6543, "test", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://db/test",
                "jdbc:postgresql:test",
                "jdbc:postgresql://db",
                "jdbc:postgresql://db/",
                "jdbc:postgresql://one,two/test"
            })
    void another_form_is_refused(String url) {
        assertThatThrownBy(() -> ExternalUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the URL has the form jdbc:postgresql://host:port/database, with one host, not '" + url + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/test?user=me",
                "jdbc:postgresql://db/test?a=b&password=secret",
                "jdbc:postgresql://me:secret@db/test",
                "?password=secret"
            })
    void secrets_are_refused_and_not_repeated(String url) {
        assertThatThrownBy(() -> ExternalUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the URL may not hold a user or a password: they are taken from the environment variables"
                        + " ZDM_USER and ZDM_PASSWORD");
    }
}
