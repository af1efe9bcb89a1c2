package dev.zdm.jmh;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How long does a DDL statement keep its lock, and what does the application see of it?
 *
 * <p>Each invocation runs one statement on a fresh table while four sessions read and write it at 400 operations a
 * second. The score is the time of the statement, which is the time of its lock. Of the operations that were due while it
 * ran, those that took 10 ms or more are the {@code stalledOperations}, the longest of them the
 * {@code longestStallMillis}. {@code ADD_COLUMN} is the baseline: what the others have on top of it grows with the table.
 *
 * <pre>{@code
 * java -jar jmh/target/benchmarks.jar DdlLockBenchmark
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1, timeUnit = TimeUnit.MILLISECONDS)
public class DdlLockBenchmark {
    /** The statement. */
    @Param
    public Ddl ddl = Ddl.ADD_COLUMN;

    /** How many rows the table has. */
    @Param({"10000", "100000"})
    public int rows;

    private static final double MICROS_PER_MILLI = 1000;

    private final LoadedServer server = new LoadedServer();
    private Seen ofInvocation = new Seen();

    /** What the application saw of one statement, on average; JMH adds up what the invocations count. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Seen {
        /** The longest stall of an operation, in milliseconds from when it was due. */
        public double longestStallMillis;

        /** How many operations stalled. */
        public double stalledOperations;
    }

    /** Puts a fresh table under load. */
    @Setup(Level.Invocation)
    public void load() throws SQLException {
        server.load(rows);
    }

    /** Runs the statement. */
    @Benchmark
    public boolean lock(Seen seen) throws SQLException {
        ofInvocation = seen;
        return server.execute(ddl.sql());
    }

    /** Reads what the application saw. */
    @TearDown(Level.Invocation)
    public void unload(BenchmarkParams params) throws SQLException, InterruptedException {
        LoadedServer.Stalls stalls = server.unload();
        double invocations = params.getMeasurement().getCount() * Math.max(1, params.getForks());
        ofInvocation.longestStallMillis = stalls.longestMicros() / MICROS_PER_MILLI / invocations;
        ofInvocation.stalledOperations = stalls.count() / invocations;
    }

    /** Stops the server. */
    @TearDown(Level.Trial)
    public void stop() {
        server.close();
    }
}
