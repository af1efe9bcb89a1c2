package dev.zdm.openfeature;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.Metadata;
import dev.openfeature.sdk.ProviderEvaluation;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.Value;
import dev.openfeature.sdk.exceptions.FlagNotFoundError;
import dev.openfeature.sdk.exceptions.TypeMismatchError;
import dev.zdm.workload.Flags;
import java.util.Objects;
import java.util.function.Function;

/**
 * Gives an application that asks OpenFeature the flags of the phase that is being rehearsed, at the step that it is at.
 *
 * <pre>{@code
 * NewCustomers(DataSource database, Flags flags) {
 *     OpenFeatureAPI.getInstance().setProviderAndWait(new PhaseFlagProvider(flags));
 *     customers = new CustomerService(database);
 * }
 * }</pre>
 *
 * <p>A flag that no phase has set yet is not found, and one whose value is not of the type asked for is a mismatch: the
 * client answers with the application's default then, as OpenFeature's specification says.
 *
 * @see <a href="https://openfeature.dev/specification/sections/providers">OpenFeature: providers</a>
 */
public final class PhaseFlagProvider implements FeatureProvider {
    private final Flags flags;

    /** Makes a provider of these flags. */
    public PhaseFlagProvider(Flags flags) {
        this.flags = Objects.requireNonNull(flags);
    }

    @Override
    public Metadata getMetadata() {
        return () -> "zdm phase flags";
    }

    @Override
    public ProviderEvaluation<Boolean> getBooleanEvaluation(String key, Boolean otherwise, EvaluationContext context) {
        return evaluate(key, value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new TypeMismatchError("flag '" + key + "' is neither true nor false but '" + value + "'");
        });
    }

    @Override
    public ProviderEvaluation<String> getStringEvaluation(String key, String otherwise, EvaluationContext context) {
        return evaluate(key, value -> value);
    }

    @Override
    public ProviderEvaluation<Integer> getIntegerEvaluation(String key, Integer otherwise, EvaluationContext context) {
        return evaluate(key, number(key, Integer::valueOf));
    }

    @Override
    public ProviderEvaluation<Double> getDoubleEvaluation(String key, Double otherwise, EvaluationContext context) {
        return evaluate(key, number(key, Double::valueOf));
    }

    @Override
    public ProviderEvaluation<Value> getObjectEvaluation(String key, Value otherwise, EvaluationContext context) {
        return evaluate(key, Value::new);
    }

    private static <T> Function<String, T> number(String key, Function<String, T> parse) {
        return value -> {
            try {
                return parse.apply(value);
            } catch (NumberFormatException e) {
                throw new TypeMismatchError("flag '" + key + "' is no such number but '" + value + "'", e);
            }
        };
    }

    private <T> ProviderEvaluation<T> evaluate(String key, Function<String, T> parse) {
        String value = flags.find(key)
                .orElseThrow(() -> new FlagNotFoundError("no phase up to this one sets the flag '" + key + "'"));
        return ProviderEvaluation.<T>builder()
                .value(parse.apply(value))
                .variant(value)
                .reason(Reason.STATIC.toString())
                .build();
    }
}
