#!/usr/bin/env bash
# Starts PostgreSQL in a container: makes the data directory on the first start, then becomes the server.
# Speaks the official image's settings: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS,
# POSTGRES_HOST_AUTH_METHOD, PGDATA, and scripts in /docker-entrypoint-initdb.d.
set -euo pipefail

# A process with the number 1 ignores signals that it does not handle: a container stopped during its first start would
# stay until it is killed.
trap 'exit 130' INT TERM

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

# The server of the first start listens on no address: whoever waits for the port sees only the real one.
run_first_scripts() {
  as_postgres pg_ctl -D "$PGDATA" -w -s -o "-c listen_addresses='' -c fsync=off" start
  local psql=(as_postgres psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$user") script
  if [ "$database" != postgres ]; then
    "${psql[@]}" --dbname postgres -q -v name="$database" <<<'create database :"name";'
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) PGUSER=$user PGDATABASE=$database as_postgres bash "$script" ;;
      *.sql) "${psql[@]}" --dbname "$database" -q -f "$script" ;;
    esac
  done
  as_postgres pg_ctl -D "$PGDATA" -m fast -w -s stop
}

make_data_directory() {
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD." >&2
    exit 1
  fi
  local extra
  read -ra extra <<<"${POSTGRES_INITDB_ARGS:-}"
  printf '%s\n' "${POSTGRES_PASSWORD:-none}" >/run/ecs-password
  chown postgres /run/ecs-password
  as_postgres initdb -D "$PGDATA" --username="$user" --pwfile=/run/ecs-password --auth-local=trust \
    --auth-host=trust --encoding=UTF8 --no-sync "${extra[@]}"
  rm /run/ecs-password
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  run_first_scripts
  sync -f "$PGDATA"
  # Last, so that a first start that was cut short is done again from the beginning.
  touch "$PGDATA/.ecs-initialised"
}

if [ $# -eq 0 ] || [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
[ "$1" = postgres ] || exec "$@"

mkdir -p "$PGDATA" /run/postgresql
chown postgres:postgres "$PGDATA" /run/postgresql
chmod 700 "$PGDATA"
if [ ! -f "$PGDATA/.ecs-initialised" ]; then
  find "$PGDATA" -mindepth 1 -delete
  make_data_directory
fi
shift
exec setpriv --reuid=postgres --regid=postgres --init-groups \
  postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"
