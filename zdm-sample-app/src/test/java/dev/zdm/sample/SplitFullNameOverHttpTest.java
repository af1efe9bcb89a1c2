package dev.zdm.sample;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.RunService;
import dev.zdm.junit.Traffic;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.plan.Change;
import dev.zdm.plan.VersionRole;
import org.junit.jupiter.api.Tag;

/** Rehearses the move to two names with both releases as they are deployed: as processes behind HTTP. */
@RunService(
        version = VersionRole.OLD,
        command = {
            "{java.home}/bin/java",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            "../zdm-sample-release-1/target/release/*",
            "dev.zdm.sample.CustomerApp",
            "serve",
            "{http.port}"
        },
        environment = "JDBC_URL={db.url}")
@RunService(
        version = VersionRole.NEW,
        command = {
            "{java.home}/bin/java",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            "{java.classpath}",
            "dev.zdm.sample.CustomerApp",
            "serve",
            "{http.port}"
        },
        environment = "JDBC_URL={db.url}")
@ZeroDowntimeMigration(
        from = "1",
        to = "2",
        oldVersion = CustomersOverHttp.Old.class,
        newVersion = CustomersOverHttp.New.class,
        seed = "db/seed.sql",
        rows = 200)
@Tag("measured")
@Tag("alone")
class SplitFullNameOverHttpTest {
    @Phase("expand")
    @Migrate(to = "2")
    void adds_columns_and_dual_write_trigger() {}

    @Phase("backfill")
    @Migrate(method = "names_in_batches")
    void fills_in_batches() {}

    @Phase("roll out")
    @Traffic({100, 50, 0})
    void shifts_traffic_to_the_new_release() {}

    static Change names_in_batches() {
        return SplitFullNameTest.names_in_batches();
    }
}
