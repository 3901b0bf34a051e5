#!/bin/sh
# One page: counts this visit in the database and shows what the database has. PGHOST, PGUSER and PGPASSWORD say where
# it is.
export PGCONNECT_TIMEOUT=2

read_database() {
  psql --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 2>&1 <<'SQL'
insert into visits default values;
select '<p>You are visitor ' || count(*) || '.</p>' from visits;
select '<li>' || words || '</li>' from greetings order by id;
SQL
}

if rows=$(read_database); then
  printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
  printf '<!doctype html>\n<title>example-api</title>\n<h1>It works</h1>\n%s\n' "$rows"
  printf '<p>Served by web (%s), read from the database at %s.</p>\n' "$(cat /etc/hostname)" "$PGHOST"
else
  printf 'Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 1\r\n\r\n'
  printf 'The database does not answer yet:\n%s\n' "$rows"
fi
