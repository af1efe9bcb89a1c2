package dev.zdm.observation;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.observation.LockLab.Session;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test a lab of its own with a migration and two application sessions, on one server for the class. */
abstract class InLockLab {
    private static final String SCHEMA =
            "create table a (id int primary key, v int); create table b (id int primary key, v int);"
                    + " insert into a select i, 0 from generate_series(1, 10) i;"
                    + " insert into b select i, 0 from generate_series(1, 10) i";

    private static EmbeddedServer server;

    LockLab lab;
    Session migration;
    Session app1;
    Session app2;

    @BeforeAll
    static void startServer() {
        server = LockLab.server();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openSessions() {
        lab = new LockLab(server, SCHEMA);
        migration = lab.open(SessionRole.MIGRATION);
        app1 = lab.open(SessionRole.OLD_VERSION);
        app2 = lab.open(SessionRole.NEW_VERSION);
    }

    @AfterEach
    void closeSessions() {
        lab.close();
    }
}
