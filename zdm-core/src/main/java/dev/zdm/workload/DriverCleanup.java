package dev.zdm.workload;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;

/**
 * Takes the JDBC drivers of a release out of the JDK's list. {@link DriverManager} lets a class do so only with drivers
 * that its own loader sees, so this one is defined once more by the release's loader.
 */
final class DriverCleanup implements Runnable {
    @Override
    public void run() {
        ClassLoader own = DriverCleanup.class.getClassLoader();
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == own) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    throw new IllegalStateException("a driver refuses to be deregistered: " + driver, e);
                }
            }
        }
    }
}
