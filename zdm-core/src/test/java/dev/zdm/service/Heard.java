package dev.zdm.service;

import dev.zdm.postgres.SqlState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps what is heard of the sessions of a service. */
final class Heard implements SessionWatch {
    private final List<Integer> pids = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void began(int pid) {
        pids.add(pid);
    }

    @Override
    public void failed(int pid, SqlState sqlState, String message) {
        errors.add(sqlState + " " + message);
    }

    List<Integer> pids() {
        return List.copyOf(pids);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }
}
