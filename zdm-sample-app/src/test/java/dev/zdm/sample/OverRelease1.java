package dev.zdm.sample;

import dev.zdm.junit.OldRelease;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The old version is the sample's first release. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OldRelease(path = "../zdm-sample-release-1/target/release/*")
public @interface OverRelease1 {}
