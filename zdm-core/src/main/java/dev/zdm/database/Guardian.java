package dev.zdm.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a server, its container and its directory go when this JVM goes, by {@code kill -9} too.
 *
 * <p>The guardian is a shell that reads from a pipe whose other end only this JVM holds (the JDK closes it in every
 * child). The end of the pipe is the end of the JVM: the guardian stops the server and removes the directory. It leads
 * a session of its own and is nobody's child, so that neither Ctrl-C nor an IDE that kills a whole process tree takes
 * it along; the shell that starts it stays, since the JDK closes the pipe when its direct child ends.
 *
 * <p>Without a POSIX shell, as on Windows, there is no guardian; what is left behind goes with the next start.
 */
final class Guardian implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Guardian.class);

    /** Starts {@code $1} detached, with {@code $2} as its argument, and prints its process id. */
    private static final String LAUNCHER = """
            trap '' HUP INT TERM
            exec 3<&0
            ( $(command -v setsid) sh -c "$1" zdm-guardian "$2" <&3 3<&- >/dev/null 2>&1 & echo $! )
            exec >/dev/null 3<&-
            read -r _
            """;

    /**
     * Waits for the end of the pipe, then for 10 s asks the server in {@code $1} to stop at once, then kills it. A
     * process id is trusted only while it belongs to a postgres. A server that is just starting dies of the removal.
     *
     * <p>A container is removed by Docker's command line; where there is none, or the engine does not obey, the directory
     * stays and tells the next start of a container.
     */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            cd /
            while read -r _; do :; done
            alive() {
                { read -r pid < "$1/data/postmaster.pid"; } 2>/dev/null && kill -0 "$pid" 2>/dev/null &&
                    { [ ! -e /proc/self/cmdline ] || grep -q postgres "/proc/$pid/cmdline"; }
            }
            pause() {
                sleep 0.1 || sleep 1
            }
            if [ -s "$1/container" ]; then
                { read -r engine; read -r name; } < "$1/container"
                n=0
                until docker -H "$engine" rm -v "$name"; do
                    [ "$n" -lt 50 ] && command -v docker || exit 0
                    docker -H "$engine" kill "$name" || pause
                    n=$((n + 1))
                done
            fi
            n=0
            while [ -e "$1" ] && [ "$n" -lt 200 ]; do
                if alive "$1"; then
                    if [ "$n" -lt 100 ]; then kill -QUIT "$pid"; else kill -KILL "$pid"; fi
                    pause
                else
                    rm -rf "$1" || pause
                fi
                n=$((n + 1))
            done
            rm -f "$1.lock"
            """;

    private final Process launcher;
    private final long pid;

    private Guardian(Process launcher, long pid) {
        this.launcher = launcher;
        this.pid = pid;
    }

    /** Returns a guardian of a server's directory, or null where there is no POSIX shell. */
    static @Nullable Guardian of(Path home) {
        try {
            return launch(home);
        } catch (IOException e) {
            LOG.info("no guardian for {}: if this JVM is killed, its server is removed by the next start", home, e);
            return null;
        }
    }

    private static Guardian launch(Path home) throws IOException {
        Process launcher = new ProcessBuilder("sh", "-c", LAUNCHER, "zdm-guardian", SCRIPT, home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String pid = new BufferedReader(new InputStreamReader(launcher.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (pid == null) {
            launcher.destroyForcibly();
            throw new IOException("the shell did not start the guardian");
        }
        return new Guardian(launcher, Long.parseLong(pid.strip()));
    }

    /** Returns the process id of the guardian. */
    long pid() {
        return pid;
    }

    /** Lets the guardian go; what is left of the server by now, it removes. Does not wait for it. */
    @Override
    public void close() {
        try {
            launcher.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the guardian's pipe was closed already", e);
        }
    }
}
