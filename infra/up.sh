#!/usr/bin/env bash
# infra/up.sh: everything from a bare machine to the running example. See docker-compose.yml for what runs.
# Settings (all optional). They are kept in infra/.state for infra/down.sh, infra/compose and the next infra/up.sh, which
# take them from there where their environment does not say otherwise; an empty one is the default again:
#   ECS_GATEWAY_PORT 8080, ECS_BUS_PORT 5672, ECS_POSTGRES_PORT 5432, ECS_AGENT_PORT 8083, ECS_EXAMPLE_PORT 8088
#   ECS_BUS_ADDRESS    the address that RabbitMQ is published on (127.0.0.1); another one lets second machines join
#   ECS_PASSWORD       of RabbitMQ and PostgreSQL (ecs); it is fixed when the data are made
#   ECS_REGISTRY_PASSWORD, ECS_SCHEDULER_PASSWORD, ECS_AUDITOR_PASSWORD   of the services' database roles (ECS_PASSWORD)
#   ECS_RABBITMQ_IMAGE, ECS_POSTGRES_IMAGE, ECS_DOTNET_IMAGE, ECS_BUSYBOX_IMAGE, ECS_HAPROXY_IMAGE   base images
#   ECS_SECRETS_DIR    folder whose files definitions name as secrets (/etc/ecs-agent/secrets)
#   ECS_ENV_FILES_DIR  folder whose files they name as environmentFiles (/etc/ecs-agent/env-files)
#   ECS_REGISTRY_CREDENTIALS   file like Docker's config.json with the registries' credentials; its folder is mounted (none)
#   ECS_TRACE_DIR      folder for the services' spans, which infra/ecs trace <task> <folder> reads (none are kept)
#   ECS_CLUSTER        the cluster of this machine's instance (default); it is made where it is not there
#   ECS_ACCOUNT, ECS_REGION   the name space of that cluster (000000000000, us-east-1)
#   and of this machine's Agent whatever else docker-compose.yml names there, such as ECS_MEMORY or ECS_ALLOW_PRIVILEGED
#   ECS_UNSIGNED_ACCESS, ECS_ACCESS_KEYS   who may ask (anybody; docs/architecture.md)
#   ECS_NO_EXAMPLE     when set, only the services are started
set -euo pipefail
ECS_RECALL=1
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. infra/lib/say.sh
. infra/lib/settings.sh
. infra/lib/packages.sh
. infra/lib/rootfs.sh
. infra/lib/stand-ins.sh
. infra/lib/images.sh
. infra/lib/engine.sh
. infra/lib/sdk.sh
. infra/lib/programs.sh
. infra/lib/ports.sh
. infra/lib/stack.sh
. infra/lib/example.sh

require_sdk
make_agent_folders
make_trace_folder
mkdir -p "$ECS_LOGS"
enough_disk "$ECS_STATE" 2

# Compiling needs the processor and NuGet, installing needs Debian: side by side.
# In a process group of its own, so that a run that stops early ends the compiler too.
set -m
publish_programs &
publishing=$!
set +m
trap 'kill -- "-$publishing" 2>/dev/null || true' EXIT
ensure_engine
require_stack_ports
choose_images rabbitmq postgres dotnet busybox haproxy
wait "$publishing" || die "the programs do not build" "$ECS_LOGS/publish.log has all of it."
build_service_images
[ -n "${ECS_NO_EXAMPLE:-}" ] || build_example_images

remember_settings
say "starting RabbitMQ, PostgreSQL and the services"
quietly "$ECS_LOGS/compose.log" compose up -d --remove-orphans ||
  die "compose could not start the stack" "The lines above and $ECS_LOGS/compose.log say why."
wait_until_ready registry scheduler auditor gateway
ask_this_stack
make_cluster
wait_until_ready agent
say "everything is up; the Gateway is $(gateway_url)"
[ -z "${ECS_NO_EXAMPLE:-}" ] || exit 0

run_example
fetch_page
show ecs history "$example_task"
cat <<NEXT

[$(printf '%3d' $SECONDS)s] What to try next (the Gateway is $(gateway_url)):
  export ECS_ENDPOINT_URL=$ECS_ENDPOINT_URL AWS_REGION=$AWS_REGION $(credentials)
  infra/ecs describe-tasks $example_task$(in_cluster)
  infra/ecs list-tasks$(in_cluster)
  infra/ecs stop-task $example_task$(in_cluster)
  aws ecs list-tasks$(in_cluster) --region $AWS_REGION --endpoint-url $(gateway_url)
  docker ps                                             the containers, with the task's labels
  infra/down.sh                                         stops everything; --purge forgets the data as well
NEXT
[ -z "${ECS_TRACE_DIR:-}" ] || printf '  infra/ecs trace %s %q\n' "$example_task" "$ECS_TRACE_DIR"
