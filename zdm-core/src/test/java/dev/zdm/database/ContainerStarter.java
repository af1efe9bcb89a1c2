package dev.zdm.database;

/** A JVM that starts a container and stops it again. */
final class ContainerStarter {
    private ContainerStarter() {}

    public static void main(String[] arguments) {
        ContainerServer.start(arguments[0], EmbeddedSettings.defaults()).close();
    }
}
