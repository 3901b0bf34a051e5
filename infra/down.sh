#!/usr/bin/env bash
# infra/down.sh [--purge]: stops the tasks and the stack. --purge forgets the data too: the log, the broker's queues,
# the Agent's journal and what this checkout remembers. Images and the cache under /var/cache/ecs-events stay.
set -euo pipefail
ECS_RECALL=1
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. infra/lib/say.sh
. infra/lib/settings.sh
. infra/lib/engine.sh
. infra/lib/stack.sh
. infra/lib/tasks.sh

purge=
case "${1:-}" in
  '') ;;
  --purge) purge=1 ;;
  *) die "unknown argument: $1" "infra/down.sh stops the stack, infra/down.sh --purge forgets its data too." ;;
esac

if engine_answers; then
  stop_tasks
  say "stopping the services"
  if [ -n "$purge" ]; then
    quietly "$ECS_STATE/down.log" compose down --volumes --remove-orphans
  else
    quietly "$ECS_STATE/down.log" compose down --remove-orphans
  fi
else
  say "no Docker engine answers: nothing is running"
fi
[ -z "$purge" ] || rm -rf "$ECS_STATE"
say "stopped${purge:+, and the data are forgotten}"
