#!/usr/bin/env bash
# Starts PostgreSQL in the image that .ci/docker-up bootstraps. The first start initialises the data for POSTGRES_USER,
# POSTGRES_PASSWORD and POSTGRES_DB, by a server that listens on no port, as that of the official image does.
set -euo pipefail
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
export PATH PGDATA=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown -R postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb -U "$user" -A scram-sha-256 --pwfile=<(echo "${POSTGRES_PASSWORD:?}") >/dev/null
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl -w start -o "-c listen_addresses=''"
    if [ "$database" != postgres ]; then
        PGPASSWORD=$POSTGRES_PASSWORD createdb -U "$user" --maintenance-db=postgres "$database"
    fi
    pg_ctl -w stop
fi

exec "$@"
