package dev.zdm.junit;

import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the changes of phases from {@link Migrate} and {@link Rollback}.
 *
 * @param source where the migrations are; empty if the database is not made by Flyway
 * @param methods the methods that {@link Migrate#method} may name
 */
record ChangeReader(Optional<FlywaySource> source, UserMethods methods) {
    Change read(Migrate migrate, Method phase) {
        Change change = new OneOf<Change>(Migrate.class, phase)
                .or("to", migrate.to(), () -> flyway(migrate.to(), phase))
                .or("script", migrate.script(), () -> new Change.Script(migrate.script(), migrate.transactional()))
                .or("sql", migrate.sql(), () -> statements(migrate, phase))
                .or("method", migrate.method(), () -> methods.change(migrate.method(), phase))
                .only();
        if (!migrate.transactional() && migrate.script().isBlank() && migrate.sql().length == 0) {
            throw Misuse.of(
                    Migrate.class,
                    phase,
                    "transactional = false only beside script or sql",
                    migrate.to().isBlank()
                            ? Misuse.attribute("method", migrate.method())
                            : Misuse.attribute("to", migrate.to()));
        }
        return Patience.of(Migrate.class, phase, migrate.lockTimeoutMillis(), migrate.tries())
                .map(retry -> Change.retrying(change, retry))
                .orElse(change);
    }

    Change read(Rollback rollback, Method phase) {
        return new OneOf<Change>(Rollback.class, phase)
                .or("value", rollback.value(), () -> new Change.Script(rollback.value(), rollback.transactional()))
                .or(
                        "sql",
                        rollback.sql(),
                        () -> statements(Rollback.class, rollback.sql(), rollback.transactional(), phase))
                .only();
    }

    private Change flyway(String target, Method phase) {
        return source.map(found -> Change.flyway(target, found))
                .orElseThrow(() -> Misuse.of(
                        Migrate.class,
                        phase,
                        "to only where @ZeroDowntimeMigration(from = ...) names the version that the old version works on",
                        Misuse.attribute("to", target) + " without from"));
    }

    private static Change statements(Migrate migrate, Method phase) {
        return statements(Migrate.class, migrate.sql(), migrate.transactional(), phase);
    }

    private static Change statements(
            Class<? extends Annotation> annotation, String[] sql, boolean transactional, Method phase) {
        if (Arrays.stream(sql).anyMatch(String::isBlank)) {
            throw Misuse.of(annotation, phase, "sql without empty statements", Misuse.attribute("sql", sql));
        }
        return new Change.Statements(List.of(sql), transactional);
    }
}
