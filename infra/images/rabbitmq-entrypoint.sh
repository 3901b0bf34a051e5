#!/usr/bin/env bash
# Starts RabbitMQ in a container as its own user. RABBITMQ_DEFAULT_USER, _PASS and _VHOST make the first user.
set -euo pipefail

if [ "${1:-}" != rabbitmq-server ]; then exec "$@"; fi

# Erlang makes a table as large as the limit of open files, which some engines set to a thousand million.
limit=$(ulimit -n)
if [ "$limit" = unlimited ] || [ "$limit" -gt 65536 ]; then ulimit -n 65536; fi

mkdir -p /var/lib/rabbitmq /var/log/rabbitmq
chown rabbitmq:rabbitmq /var/lib/rabbitmq /var/log/rabbitmq

settings=/etc/rabbitmq/conf.d/20-first-user.conf
: >"$settings"
[ -z "${RABBITMQ_DEFAULT_USER:-}" ] || printf 'default_user = %s\n' "$RABBITMQ_DEFAULT_USER" >>"$settings"
[ -z "${RABBITMQ_DEFAULT_PASS:-}" ] || printf 'default_pass = %s\n' "$RABBITMQ_DEFAULT_PASS" >>"$settings"
[ -z "${RABBITMQ_DEFAULT_VHOST:-}" ] || printf 'default_vhost = %s\n' "$RABBITMQ_DEFAULT_VHOST" >>"$settings"
chown rabbitmq:rabbitmq "$settings"
chmod 600 "$settings"

exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
