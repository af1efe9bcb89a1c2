package dev.zdm.inspection;

import dev.zdm.inspection.GrowthModel.Counted;
import dev.zdm.inspection.GrowthModel.Foretold;
import dev.zdm.inspection.GrowthModel.Timed;
import dev.zdm.inspection.GrowthModel.Work;
import dev.zdm.inspection.TablesAtSize.Table;
import dev.zdm.observation.Growth;
import dev.zdm.observation.Growth.Kind;
import dev.zdm.observation.Growth.Measurement;
import dev.zdm.plan.ProductionSize;
import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Puts together how one transaction grows: work table by table, as each has its own size in production, time over the
 * work on all of them.
 *
 * @param held the statements from the first lock to the commit
 */
record GrowthOfTransaction(List<SqlStatement> held, ProductionTables production) {
    /**
     * A table that the transaction locked or worked on.
     *
     * @param sizes what was counted, smallest first
     */
    private record Share(Table table, ProductionSize size, List<Counted> sizes, Work work) {
        double inProduction() {
            return work.at(size.rows()) * wider();
        }

        /** Returns how much wider its rows are in production, as far as that is known. */
        double wider() {
            if (size.pages() == 0 || size.rows() == 0 || table.pages() == 0) {
                return 1;
            }
            double here = (double) table.pages() / table.rows();
            return Math.max(1, (double) size.pages() / size.rows() / here);
        }
    }

    /** Returns the growth over these sizes, smallest first; empty: no table of known size is concerned. */
    Optional<Growth> of(List<SizedCopy> all) {
        List<SizedCopy> sizes = all.stream()
                .filter(size -> size.nanosFrom(held.get(0)).length > 0)
                .toList();
        List<Share> shares = shares(sizes);
        if (shares.isEmpty()) {
            return Optional.empty();
        }
        Kind kind = shares.stream()
                .map(share -> share.work().kind())
                .max(Comparator.naturalOrder())
                .orElse(Kind.CONSTANT);
        Share decisive = shares.stream()
                .max(Comparator.comparing((Share share) -> share.work().kind()).thenComparing(Share::inProduction))
                .orElseThrow();
        List<Timed> timed = new ArrayList<>();
        List<Measurement> measurements = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            SizedCopy size = sizes.get(i);
            int index = i;
            long work = shares.stream()
                    .mapToLong(share -> share.sizes().get(index).work())
                    .sum();
            long nanos = nanos(size, kind);
            timed.add(new Timed(work, nanos));
            measurements.add(
                    new Measurement(decisive.sizes().get(i).rows(), work, Duration.ofNanos(nanos), size.repeats()));
        }
        double inProduction = shares.stream().mapToDouble(Share::inProduction).sum();
        Foretold foretold = GrowthModel.time(kind, timed, inProduction);
        return Optional.of(new Growth(
                held,
                worker(sizes.get(sizes.size() - 1), decisive.table()),
                decisive.table().relation(),
                shares.stream()
                        .flatMap(share -> share.table().members().stream())
                        .collect(Collectors.toSet()),
                kind,
                decisive.work().perRow(),
                measurements,
                decisive.size().rows(),
                foretold.time(),
                foretold.atMost(),
                decisive.wider()));
    }

    /** Whatever disturbs a run lengthens it, which a line would magnify; of constant times the usual one is wanted. */
    private long nanos(SizedCopy size, Kind kind) {
        long[] nanos = size.nanosFrom(held.get(0));
        return nanos[kind == Kind.CONSTANT ? (nanos.length - 1) / 2 : 0];
    }

    private List<Share> shares(List<SizedCopy> sizes) {
        List<Share> shares = new ArrayList<>();
        SizedCopy full = sizes.get(sizes.size() - 1);
        full.tables().byOid().forEach((oid, table) -> {
            boolean concerned = held.stream()
                    .flatMap(statement -> full.footprint(statement).stream())
                    .anyMatch(footprint -> table.isLockedBy(footprint) || table.work(footprint) > 0);
            List<Counted> counted =
                    sizes.stream().map(size -> counted(oid, size)).toList();
            ProductionSize size = production.byOid().get(oid);
            if (concerned && size != null && counted.get(counted.size() - 1).rows() > 0) {
                List<Counted> filled =
                        counted.stream().filter(one -> one.rows() > 0).toList();
                shares.add(new Share(table, size, counted, GrowthModel.work(filled)));
            }
        });
        return shares;
    }

    private Counted counted(long oid, SizedCopy size) {
        Table table = size.tables().byOid().get(oid);
        if (table == null) {
            return new Counted(0, 0);
        }
        long work = held.stream()
                .mapToLong(statement -> size.work(statement, table))
                .sum();
        return new Counted(table.rows(), work);
    }

    private SqlStatement worker(SizedCopy full, Table table) {
        SqlStatement worker = held.get(0);
        for (SqlStatement statement : held) {
            if (full.work(statement, table) > full.work(worker, table)) {
                worker = statement;
            }
        }
        return worker;
    }
}
