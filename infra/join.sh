#!/usr/bin/env bash
# infra/join.sh: makes this machine a container instance of a cluster that runs elsewhere: starts one Agent, no more.
#   ECS_BUS_URI=amqp://ecs:ecs@<first machine>:5672 [ECS_CLUSTER=default] infra/join.sh [--process]
# The cluster must be there: infra/ecs create-cluster <name> on the first machine. Only `default` makes itself.
# The first machine lets others in when it was started with ECS_BUS_ADDRESS=<its address> infra/up.sh.
# --process runs the Agent on the host, in the foreground, instead of in a container. `docker rm -f ecs-agent` leaves
# again; the volume ecs-agent-data keeps the Agent's journal for the next time.
# The instance's id comes from the cluster and the engine's own id. Copies of one disk share that: set ECS_INSTANCE_ID
# there, 32 hexadecimal characters.
# ECS_SECRETS_DIR (/etc/ecs-agent/secrets) and ECS_ENV_FILES_DIR (/etc/ecs-agent/env-files) are this machine's folders of
# the files that definitions name as secrets and environmentFiles; each machine that such tasks run on needs its own.
# ECS_REGISTRY_CREDENTIALS (none) is a file like Docker's config.json; a container is given its folder.
# ECS_TRACE_DIR (none) is a folder for the Agent's spans.
# More settings: ECS_ACCOUNT, ECS_REGION, ECS_INSTANCE_ATTRIBUTES, ECS_INSTANCE_TAGS, ECS_DATA_DIR (--process),
# ECS_HTTP, DOCKER_HOST, and the Agent's others that docker-compose.yml names, such as ECS_MEMORY or ECS_ALLOW_PRIVILEGED.
set -euo pipefail
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
. infra/lib/join.sh

case "${1:-}" in
  '' | --process) ;;
  *) die "unknown argument: $1" "infra/join.sh runs the Agent in a container, infra/join.sh --process on the host." ;;
esac
[ -n "${ECS_BUS_URI:-}" ] || die "ECS_BUS_URI is not set: where is the cluster's RabbitMQ?" \
  "ECS_BUS_URI=amqp://ecs:ecs@<first machine>:5672 ECS_CLUSTER=default infra/join.sh"
require_bus
require_sdk
mkdir -p "$ECS_LOGS"
publish_programs || die "the programs do not build" "$ECS_LOGS/publish.log has all of it."
ensure_engine

case "${1:-}" in
  --process)
    require_health_port
    run_agent_process
    ;;
  *)
    choose_images dotnet
    build_service_images agent
    run_agent_container
    ;;
esac
