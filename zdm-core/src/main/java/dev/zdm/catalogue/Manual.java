package dev.zdm.catalogue;

import java.net.URI;

/** PostgreSQL's manual. */
final class Manual {
    private static final String CURRENT = "https://www.postgresql.org/docs/current/";

    private Manual() {}

    static URI page(String page) {
        return URI.create(CURRENT + page);
    }
}
