package dev.zdm.service;

import dev.zdm.database.ServiceContainer;
import dev.zdm.plan.Service;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service in a container, which goes with this JVM, by {@code kill -9} too. */
final class RunningContainer implements Running {
    private final ServiceContainer container;

    private RunningContainer(ServiceContainer container) {
        this.container = container;
    }

    /**
     * Starts an image.
     *
     * @param image its command with nothing left in braces
     * @param environment its variables besides those of the image
     */
    static RunningContainer start(Service.Image image, Map<String, String> environment) {
        return new RunningContainer(ServiceContainer.start(image.name(), environment, image.command(), image.port()));
    }

    @Override
    public URI uri() {
        return URI.create("http://" + container.host() + ":" + container.port());
    }

    @Override
    public Optional<String> ended() {
        return container.exitCode().map(code -> "its container ended with exit code " + code);
    }

    @Override
    public List<String> lastLines(int number) {
        List<String> lines = container.lastLines();
        return lines.subList(Math.max(0, lines.size() - number), lines.size());
    }

    @Override
    public void close() {
        container.close();
    }
}
