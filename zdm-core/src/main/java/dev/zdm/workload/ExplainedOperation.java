package dev.zdm.workload;

/** An operation of a service, whose failures are told with what the service was told. */
record ExplainedOperation(BoundOperation operation, BoundService service) implements BoundOperation {
    @Override
    public String name() {
        return operation.name();
    }

    @Override
    public int weight() {
        return operation.weight();
    }

    @Override
    public boolean onReplica() {
        return false;
    }

    @Override
    public boolean takesLedger() {
        return operation.takesLedger();
    }

    @Override
    public void run(Keys keys, Ledger ledger) throws Exception {
        long began = System.nanoTime();
        try {
            operation.run(keys, ledger);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw service.explained(e, began);
        }
    }
}
