package dev.zdm.database;

/** A JVM that starts a server and says that it did, or why it did not. Its arguments are server settings. */
final class ServerStarter {
    private ServerStarter() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) {
        EmbeddedSettings settings = EmbeddedSettings.defaults();
        for (String setting : arguments) {
            String[] parts = setting.split("=", 2);
            settings = settings.withServerSetting(parts[0], parts[1]);
        }
        try (EmbeddedServer server = EmbeddedServer.start(settings)) {
            System.out.println("started " + server.kind());
        } catch (DatabaseException e) {
            System.out.println(e.getMessage());
        }
    }
}
