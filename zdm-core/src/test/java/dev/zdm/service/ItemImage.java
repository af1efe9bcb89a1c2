package dev.zdm.service;

import dev.zdm.database.DockerNeeded;
import dev.zdm.plan.Service;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * An image of a release that answers {@code GET} and {@code PUT /items/<id>} as {@link ItemService} does.
 *
 * @param name its name; the image goes when this is closed
 */
public record ItemImage(String name) implements AutoCloseable {
    private static final int PORT = 8081;

    /**
     * The image of the database tests has a Perl and a client of PostgreSQL, which is enough for a service: four processes,
     * each with a session of its own.
     */
    private static final String APPLICATION = """
            use strict;
            use warnings;
            use IO::Socket::INET;
            use IPC::Open2;
            $| = 1;
            if (@ARGV) { print "no configuration for $ENV{PGDATABASE}\\n"; exit 3; }
            my $port = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 20, ReuseAddr => 1) or die $!;
            print "serving $ENV{PGDATABASE}\\n";
            for (2 .. 4) { fork or last; }
            my ($out, $in);
            sub ask {
                $in or open2($out, $in, 'psql', '-XAtq');
                print $in "$_[0];\\nselect '= ' || :'ERROR';\\n";
                my $answer = '';
                while (my $line = <$out>) {
                    return $1 eq 'false' ? $answer : undef if $line =~ /^= (.*)/;
                    chomp($answer = $line);
                }
                exit;
            }
            while (my $client = $port->accept) {
                my ($method, $path) = split ' ', <$client> // next;
                my ($length, $body, $name) = (0, '', '');
                while (my $line = <$client>) {
                    last if $line =~ /^\\r?$/;
                    $length = $1 if $line =~ /^content-length: (\\d+)/i;
                }
                read($client, $body, $length);
                if (my ($id) = $path =~ m{^/items/(.*)}) {
                    $name = ask($method eq 'PUT'
                        ? "update item set $ENV{COLUMN} = '$body' where id = $id"
                        : "select $ENV{COLUMN} from item where id = $id");
                    print "could not serve $path\\n" unless defined $name;
                }
                my $status = defined $name ? '200 OK' : '500 Error';
                $name //= '';
                print $client "HTTP/1.1 $status\\r\\nConnection: close\\r\\nContent-Length: ", length $name, "\\r\\n\\r\\n$name";
                close $client;
            }
            """;

    /** Builds it from the image for tests. */
    public static ItemImage build() {
        String base = DockerNeeded.image();
        return new ItemImage(new ImageFromDockerfile()
                .withFileFromString("service.pl", APPLICATION)
                .withDockerfileFromBuilder(file -> file.from(base)
                        .copy("service.pl", "/service.pl")
                        .entryPoint("perl", "/service.pl")
                        .build())
                .get());
    }

    /**
     * Returns how to start it.
     *
     * @param column where the name of an item is
     * @param command what it is asked to run; anything is too much for it
     */
    public Service service(String column, String... command) {
        return Service.container(name, command)
                .listeningOn(PORT)
                .withEnvironment("COLUMN", column)
                .withEnvironment("PORT", "{http.port}")
                .withEnvironment("PGHOST", "{db.host}")
                .withEnvironment("PGPORT", "{db.port}")
                .withEnvironment("PGDATABASE", "{db.name}")
                .withEnvironment("PGUSER", "{db.user}");
    }

    /** Returns the names of its containers, running or not. */
    public List<String> containers() {
        return DockerClientFactory.instance()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withAncestorFilter(List.of(name))
                .exec()
                .stream()
                .map(container -> List.of(container.getNames()).toString())
                .toList();
    }

    @Override
    public void close() {
        DockerClientFactory.instance()
                .client()
                .removeImageCmd(name)
                .withForce(true)
                .exec();
    }
}
