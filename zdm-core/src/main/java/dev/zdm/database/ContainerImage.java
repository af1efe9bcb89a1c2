package dev.zdm.database;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** The image of a container. */
final class ContainerImage {
    private ContainerImage() {}

    /**
     * Pulls an image that Docker does not have. Tries once, while Testcontainers tries for two minutes and then again for
     * each line that it logs about it: 7 minutes measured.
     *
     * @throws DatabaseException if it cannot be pulled
     */
    static void require(ContainerPlan plan) {
        String image = plan.image();
        DockerClient client = DockerClientFactory.instance().client();
        DockerImageName name = ImageNameSubstitutor.instance().apply(DockerImageName.parse(image));
        try {
            if (!isThere(client, name)) {
                client.pullImageCmd(name.getUnversionedPart())
                        .withTag(name.getVersionPart())
                        .start()
                        .awaitCompletion();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted while Docker pulled " + image, e);
        } catch (RuntimeException e) {
            throw new Explanation(
                            plan.purpose().title(),
                            "Docker has the image " + image + " or can pull it",
                            String.valueOf(e.getMessage()).strip(),
                            "check the image's name, and that its registry can be reached from here; docker pull "
                                    + image + " shows it")
                    .toException(e);
        }
    }

    private static boolean isThere(DockerClient client, DockerImageName name) {
        try {
            client.inspectImageCmd(name.asCanonicalNameString()).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
