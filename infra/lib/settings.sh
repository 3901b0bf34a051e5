# shellcheck shell=bash
# Where things are and what they are called. Every value can be set from outside.

ECS_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# What one checkout remembers: its stack's settings, chosen images, logs, process ids. `infra/down.sh --purge` removes it.
ECS_STATE=$(readlink -m "${ECS_STATE:-$ECS_ROOT/infra/.state}")
# What every checkout on this machine can share: the Debian root file system that the stand-in images start from.
ECS_CACHE=${ECS_CACHE:-/var/cache/ecs-events}
ECS_LOGS=$ECS_STATE/log
ECS_STACK=${ECS_STACK:-ecs-events}

# The settings of a running stack outlive the shell that started it: one that came back with the defaults would let in
# everybody and be another cluster's. Scripts that are about the stack set ECS_RECALL; what their environment says, be it
# empty, wins. infra/join.sh is about another machine's stack.
stack_settings() { printf '%s/settings.%s.env\n' "$ECS_STATE" "$ECS_STACK"; }

recall_settings() {
  local line name
  [ -f "$(stack_settings)" ] || return 0
  while read -r line; do
    name=${line%%=*}
    [ -n "${!name+set}" ] || eval "export $line"
  done <"$(stack_settings)"
}

# The settings of the Agent that compose passes on as they are.
agent_setting_names() {
  sed -n '/^  agent:/,/^volumes:/p' "$ECS_ROOT/docker-compose.yml" |
    sed -nE 's/^ +(ECS_[A-Z_]+): "?\$\{\1:-.*/\1/p' | sort -u
}

# What compose is told, but for the images, which images.env has, and what only the scripts need of it.
setting_names() {
  {
    grep -oE '\$\{ECS_[A-Z_]+' "$ECS_ROOT/docker-compose.yml" | tr -d '{$' | grep -vE '_IMAGE$|^ECS_(CREDENTIALS|TRACES)_'
    printf '%s\n' ECS_EXAMPLE_PORT ECS_REGISTRY_CREDENTIALS ECS_TRACE_DIR
  } | sort -u
}

# remember_settings: a secret is among them, so that only the file's owner reads it.
remember_settings() (
  umask 077
  for name in $(setting_names); do
    [ -z "${!name+set}" ] || printf '%s=%q\n' "$name" "${!name}"
  done >"$(stack_settings).new"
  mv "$(stack_settings).new" "$(stack_settings)"
)

[ -z "${ECS_RECALL:-}" ] || recall_settings

# The services' database roles; the migration sets them each time.
ECS_REGISTRY_PASSWORD=${ECS_REGISTRY_PASSWORD:-${ECS_PASSWORD:-ecs}}
ECS_SCHEDULER_PASSWORD=${ECS_SCHEDULER_PASSWORD:-${ECS_PASSWORD:-ecs}}
ECS_AUDITOR_PASSWORD=${ECS_AUDITOR_PASSWORD:-${ECS_PASSWORD:-ecs}}
export ECS_REGISTRY_PASSWORD ECS_SCHEDULER_PASSWORD ECS_AUDITOR_PASSWORD

# The files of this machine that its Agent's tasks may name as secrets and environmentFiles.
ECS_SECRETS_DIR=${ECS_SECRETS_DIR:-/etc/ecs-agent/secrets}
ECS_ENV_FILES_DIR=${ECS_ENV_FILES_DIR:-/etc/ecs-agent/env-files}
# Its registries' credentials. An Agent in a container is given their folder: of a file alone that is written anew, as
# `docker login` does, it would see the old one for ever. Without any it is given an empty one.
ECS_CREDENTIALS_DIR=$ECS_STATE/registry ECS_CREDENTIALS_THERE=''
if [ -n "${ECS_REGISTRY_CREDENTIALS:-}" ]; then
  ECS_CREDENTIALS_DIR=$(readlink -m "$ECS_REGISTRY_CREDENTIALS")
  ECS_CREDENTIALS_THERE=/etc/ecs-agent/registry/${ECS_CREDENTIALS_DIR##*/}
  ECS_CREDENTIALS_DIR=${ECS_CREDENTIALS_DIR%/*}
fi
export ECS_CREDENTIALS_DIR ECS_CREDENTIALS_THERE
# Where the services keep their spans: a folder of this machine that all of them are given, or nowhere.
ECS_TRACES_FROM=$ECS_STATE/traces ECS_TRACES_THERE=''
if [ -n "${ECS_TRACE_DIR:-}" ]; then ECS_TRACES_FROM=$ECS_TRACE_DIR ECS_TRACES_THERE=/var/lib/ecs-traces/; fi
export ECS_TRACES_FROM ECS_TRACES_THERE

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
  if [ -z "${ECS_REGISTRY_CREDENTIALS:-}" ]; then
    install -d -m 700 "$ECS_CREDENTIALS_DIR"
  elif ! [[ $ECS_REGISTRY_CREDENTIALS == /* && -f $ECS_REGISTRY_CREDENTIALS && -n $ECS_CREDENTIALS_DIR ]]; then
    die "'$ECS_REGISTRY_CREDENTIALS' cannot be used" \
      "ECS_REGISTRY_CREDENTIALS names a file like Docker's config.json in a folder of this machine, from / on."
  fi
  export ECS_SECRETS_DIR ECS_ENV_FILES_DIR
}

# make_trace_folder: services of any user write there.
make_trace_folder() {
  { [ "${ECS_TRACES_FROM#/}" != "$ECS_TRACES_FROM" ] && { [ -d "$ECS_TRACES_FROM" ] || install -d -m 1777 "$ECS_TRACES_FROM"; }; } ||
    die "'$ECS_TRACES_FROM' cannot be used" "ECS_TRACE_DIR names a folder of this machine, from / on."
}

as_root() { [ "$(id -u)" -eq 0 ]; }
