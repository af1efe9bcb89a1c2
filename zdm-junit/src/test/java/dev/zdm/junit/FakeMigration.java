package dev.zdm.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A composed annotation: a rehearsal that is none, of a migration from version 1. */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FakeEngine.class)
@ZeroDowntimeMigration(from = "1", oldVersion = Fakes.OldApp.class, newVersion = Fakes.NewApp.class)
@interface FakeMigration {}
