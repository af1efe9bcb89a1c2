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
                .or("method", migrate.method(), () -> methods.change(migrate.method(), Migrate.class, phase))
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

    /** Returns how a change is undone; empty: by Flyway's undo scripts. */
    Optional<Change> read(Rollback rollback, Method phase) {
        if (isAboutUndoScripts(rollback)) {
            return Optional.empty();
        }
        Change change = new OneOf<Change>(Rollback.class, phase)
                .or("value", rollback.value(), () -> new Change.Script(rollback.value(), rollback.transactional()))
                .or(
                        "sql",
                        rollback.sql(),
                        () -> statements(Rollback.class, rollback.sql(), rollback.transactional(), phase))
                .or("method", rollback.method(), () -> methods.change(rollback.method(), Rollback.class, phase))
                .only();
        if (!rollback.transactional() && !rollback.method().isBlank()) {
            throw Misuse.of(
                    Rollback.class,
                    phase,
                    "transactional = false only beside value or sql",
                    Misuse.attribute("method", rollback.method()));
        }
        return Optional.of(Patience.of(Rollback.class, phase, rollback.lockTimeoutMillis(), rollback.tries())
                .map(retry -> Change.retrying(change, retry))
                .orElse(change));
    }

    private static boolean isAboutUndoScripts(Rollback rollback) {
        return rollback.loses().length > 0
                && rollback.value().isBlank()
                && rollback.sql().length == 0
                && rollback.method().isBlank();
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
