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

# The files of this machine that its Agent's tasks may name as secrets and environmentFiles.
ECS_SECRETS_DIR=${ECS_SECRETS_DIR:-/etc/ecs-agent/secrets}
ECS_ENV_FILES_DIR=${ECS_ENV_FILES_DIR:-/etc/ecs-agent/env-files}

export ECS_ROOT ECS_STATE ECS_CACHE ECS_LOGS
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build nodes stay behind.
export MSBUILDDISABLENODEREUSE=1

# make_agent_folders: where they are not there yet, for their owner's eyes alone: Docker would let everybody read them.
make_agent_folders() {
  local folder
  for folder in "$ECS_SECRETS_DIR" "$ECS_ENV_FILES_DIR"; do
    { [ "${folder#/}" != "$folder" ] && { [ -d "$folder" ] || install -d -m 700 "$folder"; }; } ||
      die "'$folder' cannot be used" "ECS_SECRETS_DIR and ECS_ENV_FILES_DIR name folders of this machine, from / on."
  done
  export ECS_SECRETS_DIR ECS_ENV_FILES_DIR
}

as_root() { [ "$(id -u)" -eq 0 ]; }
