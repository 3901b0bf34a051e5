# shellcheck shell=bash
# Where things are and what they are called. Every value can be set from outside.

ECS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# What one checkout remembers: chosen images, logs, process ids. `infra/down.sh --purge` removes it.
ECS_STATE=${ECS_STATE:-$ECS_ROOT/infra/.state}
# What every checkout on this machine can share: the Debian root file system that the stand-in images start from.
ECS_CACHE=${ECS_CACHE:-/var/cache/ecs-events}
ECS_LOGS=$ECS_STATE/log

# The services' database roles; the migration sets them each time.
ECS_REGISTRY_PASSWORD=${ECS_REGISTRY_PASSWORD:-${ECS_PASSWORD:-ecs}}
ECS_SCHEDULER_PASSWORD=${ECS_SCHEDULER_PASSWORD:-${ECS_PASSWORD:-ecs}}
ECS_AUDITOR_PASSWORD=${ECS_AUDITOR_PASSWORD:-${ECS_PASSWORD:-ecs}}
export ECS_REGISTRY_PASSWORD ECS_SCHEDULER_PASSWORD ECS_AUDITOR_PASSWORD

export ECS_ROOT ECS_STATE ECS_CACHE ECS_LOGS
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build nodes stay behind.
export MSBUILDDISABLENODEREUSE=1

as_root() { [ "$(id -u)" -eq 0 ]; }
