# shellcheck shell=bash
# The one Agent of a machine that joins a cluster.

ECS_JOIN_SECONDS=60

# The broker is looked for before anything is built: a wrong address is the likeliest mistake.
require_bus() {
  local rest=${ECS_BUS_URI#*://} host port
  rest=${rest##*@}
  rest=${rest%%/*}
  host=${rest%%:*}
  port=${rest##*:}
  [ "$port" != "$host" ] || port=5672
  timeout 5 bash -c "exec 3<>/dev/tcp/$host/$port" 2>/dev/null || die "nothing answers at $host:$port (ECS_BUS_URI)" \
    "Start the first machine with ECS_BUS_ADDRESS=<its address> infra/up.sh, and look for a firewall in between."
}

agent_http() { printf '%s\n' "${ECS_HTTP:-http://127.0.0.1:8083}"; }

# health_port <address>
health_port() {
  local port=${1##*:}
  printf '%s\n' "${port%%/*}"
}

# The port that the container ecs-agent holds; empty where it does not run. It is in the host's network, so Docker has
# no list of its ports.
joined_port() {
  [ "$(docker inspect -f '{{.State.Running}}' ecs-agent 2>/dev/null)" = true ] || return 0
  health_port "$(docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' ecs-agent | sed -n 's/^ECS_HTTP=//p')"
}

# require_health_port [port]: the Agent's port is this machine's, in a container too: what has it already would answer in
# the Agent's place. A port that is about to be given back may be named.
require_health_port() {
  local port
  port=$(health_port "$(agent_http)")
  [ "$port" = "${1:-}" ] || ! port_is_taken "$port" ||
    die "port $port on this machine is taken by $(port_owner "$port"); it is needed for the Agent's health" \
      "Stop that program, or choose another port: ECS_HTTP=http://127.0.0.1:<port> infra/join.sh"
}

# The Agent's settings that docker-compose.yml gives it too, where this environment has them, and those that it needs.
agent_settings() {
  local name
  for name in $(agent_setting_names); do
    [ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}"
  done
  printf '%s\n' "ECS_BUS_URI=$ECS_BUS_URI" "ECS_CLUSTER=${ECS_CLUSTER:-default}" \
    "ECS_ACCOUNT=${ECS_ACCOUNT:-000000000000}" "ECS_REGION=${ECS_REGION:-us-east-1}" "ECS_HTTP=$(agent_http)"
}

run_agent_process() {
  local settings
  make_agent_folders
  make_trace_folder
  mapfile -t settings < <(agent_settings)
  [ -z "${ECS_TRACE_DIR:-}" ] || settings+=("ECS_TRACE_FILE=$ECS_TRACE_DIR/")
  say "running the Agent; Ctrl-C stops it, its tasks keep running"
  exec env "${settings[@]}" "ECS_DATA_DIR=${ECS_DATA_DIR:-/var/lib/ecs-agent}" \
    "ECS_SECRETS_DIR=$ECS_SECRETS_DIR" "ECS_ENV_FILES_DIR=$ECS_ENV_FILES_DIR" dotnet "$(folder_of agent)/Ecs.Agent.dll"
}

run_agent_container() {
  local arguments=() setting deadline
  while read -r setting; do arguments+=(--env "$setting"); done < <(agent_settings)
  make_agent_folders
  make_trace_folder
  [ -z "$ECS_CREDENTIALS_THERE" ] || arguments+=(
    --volume "$ECS_CREDENTIALS_DIR:/etc/ecs-agent/registry:ro" --env "ECS_REGISTRY_CREDENTIALS=$ECS_CREDENTIALS_THERE")
  [ -z "$ECS_TRACES_THERE" ] || arguments+=(
    --volume "$ECS_TRACES_FROM:$ECS_TRACES_THERE" --env "ECS_TRACE_FILE=$ECS_TRACES_THERE")
  # Looked at before anything is taken away: an Agent that works stays where its successor could not.
  require_health_port "$(joined_port)"
  docker rm -f ecs-agent >/dev/null 2>&1 || true
  docker run -d --name ecs-agent --restart unless-stopped --network host --user 0:0 --stop-timeout 30 \
    --volume "${ECS_DOCKER_SOCKET:-/var/run/docker.sock}:/var/run/docker.sock" \
    --volume ecs-agent-data:/var/lib/ecs-agent \
    --volume "$ECS_SECRETS_DIR:/etc/ecs-agent/secrets:ro" --volume "$ECS_ENV_FILES_DIR:/etc/ecs-agent/env-files:ro" \
    --env ECS_SECRETS_DIR=/etc/ecs-agent/secrets --env ECS_ENV_FILES_DIR=/etc/ecs-agent/env-files \
    --env ECS_DATA_DIR=/var/lib/ecs-agent "${arguments[@]}" "$(service_image agent)" >/dev/null ||
    die "the Agent's container did not start"
  say "waiting until the Agent has joined the cluster ${ECS_CLUSTER:-default}"
  deadline=$((SECONDS + ECS_JOIN_SECONDS))
  until docker exec ecs-agent ecs-health >/dev/null 2>&1; do
    if [ $SECONDS -ge "$deadline" ]; then
      docker logs --tail 20 ecs-agent >&2
      die "the Agent is not ready after $ECS_JOIN_SECONDS s" "The lines above are its log: docker logs ecs-agent"
    fi
    sleep 0.5
  done
  say "joined: infra/ecs list-container-instances on the first machine shows it"
}
