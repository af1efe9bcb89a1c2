package dev.zdm.workload;

import dev.zdm.plan.HttpOperation;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An operation that is one HTTP request. */
record RequestOperation(HttpOperation operation, HttpApi api) implements BoundOperation {
    private static final Pattern IN_BRACES = Pattern.compile("\\{(any|own|unique)}");

    @Override
    public String name() {
        return operation.name();
    }

    @Override
    public int weight() {
        return operation.weight();
    }

    @Override
    public boolean onReplica() {
        return false;
    }

    @Override
    public boolean takesLedger() {
        return false;
    }

    @Override
    public void run(Keys keys, Ledger ledger) throws Exception {
        Filled filled = new Filled(keys);
        api.send(operation.method(), filled.in(operation.path()), operation.contentType(), filled.in(operation.body()));
    }

    /** The own key is the same one everywhere in a request. */
    private static final class Filled {
        private final Supplier<String> any;
        private final Supplier<String> own;
        private String ownKey = "";

        Filled(Keys keys) {
            this.any = () -> Long.toString(keys.any());
            this.own = () -> {
                ownKey = ownKey.isEmpty() ? Long.toString(keys.own()) : ownKey;
                return ownKey;
            };
        }

        String in(String text) {
            return IN_BRACES
                    .matcher(text)
                    .replaceAll(found -> Matcher.quoteReplacement(
                            switch (found.group(1)) {
                                case "any" -> any.get();
                                case "own" -> own.get();
                                default -> UUID.randomUUID().toString();
                            }));
        }
    }
}
