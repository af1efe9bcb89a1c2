package dev.zdm.openfeature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.zdm.workload.Flags;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What OpenFeature's client answers. */
class PhaseFlagProviderTest {
    private final Map<String, String> flags = new ConcurrentHashMap<>();
    private Client client;

    @BeforeEach
    void register() {
        OpenFeatureAPI.getInstance().setProviderAndWait("provider test", new PhaseFlagProvider(new Flags() {
            @Override
            public Optional<String> find(String name) {
                return Optional.ofNullable(flags.get(name));
            }

            @Override
            public String value(String name) {
                return find(name).orElseThrow();
            }

            @Override
            public boolean isOn(String name) {
                return value(name).equals("true");
            }
        }));
        client = OpenFeatureAPI.getInstance().getClient("provider test");
    }

    @Test
    void theValueOfThisMoment() {
        flags.put("read", "old");
        assertThat(client.getStringValue("read", "none")).isEqualTo("old");

        flags.put("read", "new");
        assertThat(client.getStringValue("read", "none")).isEqualTo("new");
        assertThat(client.getObjectDetails("read", null).getValue().asString()).isEqualTo("new");
    }

    @Test
    void everyType() {
        flags.putAll(Map.of("on", "true", "off", "false", "batch", "250", "share", "0.5"));

        assertThat(client.getBooleanValue("on", false)).isTrue();
        assertThat(client.getBooleanValue("off", true)).isFalse();
        assertThat(client.getIntegerValue("batch", 1)).isEqualTo(250);
        assertThat(client.getDoubleValue("share", 1.0)).isEqualTo(0.5);
    }

    @Test
    void theDefaultWhereNoPhaseSetsIt() {
        assertThat(client.getBooleanDetails("unknown", true)).satisfies(details -> {
            assertThat(details.getValue()).isTrue();
            assertThat(details.getErrorCode()).isEqualTo(ErrorCode.FLAG_NOT_FOUND);
        });
    }

    @Test
    void theDefaultWhereTheTypeIsAnother() {
        flags.put("read", "old");

        assertThat(client.getBooleanDetails("read", true).getErrorCode()).isEqualTo(ErrorCode.TYPE_MISMATCH);
        assertThat(client.getIntegerDetails("read", 3)).satisfies(details -> {
            assertThat(details.getValue()).isEqualTo(3);
            assertThat(details.getErrorCode()).isEqualTo(ErrorCode.TYPE_MISMATCH);
        });
    }
}
