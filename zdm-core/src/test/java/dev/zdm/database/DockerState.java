package dev.zdm.database;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/** What Docker says of containers. */
final class DockerState {
    private DockerState() {}

    static Optional<InspectContainerResponse> of(String container) {
        try {
            return Optional.of(DockerClientFactory.instance()
                    .client()
                    .inspectContainerCmd(container)
                    .exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Removes an image, which Testcontainers does only where its reaper runs. */
    static void removeImage(String image) {
        DockerClientFactory.instance()
                .client()
                .removeImageCmd(image)
                .withForce(true)
                .exec();
    }

    /** Returns the directory that goes with a container. */
    static Path homeOf(String container) {
        return Scratch.ofUser().servers().resolve(container.substring("zdm-".length()));
    }
}
