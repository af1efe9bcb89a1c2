package dev.zdm.rehearsal;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;

/** One server for all tests of a run; it stops itself when the run ends. */
public final class TestServer {
    private static final class Holder {
        static final EmbeddedServer SERVER = EmbeddedServer.start(EmbeddedSettings.defaults());
    }

    private TestServer() {}

    public static EmbeddedServer get() {
        return Holder.SERVER;
    }

    /** Returns its major version, such as 18. */
    public static int major() {
        return Integer.parseInt(get().version().split("\\.")[0]);
    }
}
