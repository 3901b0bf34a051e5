# shellcheck shell=bash
# The running stack: its containers, and waiting until they are ready.

ECS_HEALTH_SECONDS=150

# container_of <service> [running]: the container's id; empty when there is none (or none that runs).
container_of() {
  local all=--all
  [ "${2:-}" != running ] || all=--no-trunc
  docker ps -q "$all" --filter "label=com.docker.compose.project=$ECS_STACK" \
    --filter "label=com.docker.compose.service=$1" | head -n 1
}

# compose <arguments...>: compose v2 where it is there, else 1.29, on this checkout's file and settings.
compose() {
  local images tool=(docker-compose)
  if docker compose version >/dev/null 2>&1; then tool=(docker compose); fi
  images=${ECS_STATE:?}/images.env
  mkdir -p "$ECS_STATE"
  touch -a "$images"
  (cd "$ECS_ROOT" && "${tool[@]}" -p "$ECS_STACK" --env-file "$images" "$@")
}

# wait_until_ready <service...>: says what it waits for, and when it gives up shows what the service last said.
wait_until_ready() {
  local waiting=("$@") still service container answer deadline=$((SECONDS + ECS_HEALTH_SECONDS))
  while [ ${#waiting[@]} -gt 0 ]; do
    still=()
    for service in "${waiting[@]}"; do
      container=$(container_of "$service" running)
      if [ -n "$container" ] && answer=$(docker exec "$container" ecs-health 2>/dev/null); then
        say "  $service is ready"
      else
        still+=("$service")
      fi
    done
    [ ${#still[@]} -gt 0 ] || return 0
    if [ $SECONDS -ge $deadline ]; then give_up_on "${still[0]}" "${answer:-}"; fi
    waiting=("${still[@]}")
    tell_waiting "${waiting[*]}"
    sleep 0.5
  done
}

# One line when the list changes, and every 10 s.
tell_waiting() {
  if [ "$1" != "${told_waiting:-}" ] || [ $((SECONDS - ${told_at:-0})) -ge 10 ]; then
    say "waiting for: $1"
    told_waiting=$1
    told_at=$SECONDS
  fi
}

give_up_on() {
  local container
  container=$(container_of "$1")
  printf -- '--- last lines of %s\n' "$1" >&2
  if [ -n "$container" ]; then docker logs --tail 30 "$container" >&2 || true; fi
  die "$1 is not ready after $ECS_HEALTH_SECONDS s${2:+: $2}" \
    "The lines above are its log; infra/down.sh stops what is running."
}

gateway_url() { printf 'http://127.0.0.1:%s\n' "${ECS_GATEWAY_PORT:-8080}"; }

# The cluster of this machine's instance.
cluster_name() { printf '%s\n' "${ECS_CLUSTER:-default}"; }

# in_cluster: what a command needs to be about that cluster; nothing for the one that it is about anyway.
in_cluster() { [ "$(cluster_name)" = default ] || printf ' --cluster %s' "$(cluster_name)"; }

# The account of this machine's instance.
account_number() { printf '%s\n' "${ECS_ACCOUNT:-000000000000}"; }

# ask_this_stack: from here on infra/ecs asks this Gateway, in the account and region of this machine's Agent, whatever
# key the caller's shell is set up with. Where access keys are set, only one of them is let in: it is the caller's.
ask_this_stack() {
  export ECS_ENDPOINT_URL AWS_REGION
  ECS_ENDPOINT_URL=$(gateway_url)
  AWS_REGION=${ECS_REGION:-us-east-1}
  if [ -z "${ECS_ACCESS_KEYS:-}" ]; then
    export AWS_ACCESS_KEY_ID
    AWS_ACCESS_KEY_ID=$(account_number)
  fi
}

# credentials: what a person sets to ask in that account.
credentials() {
  if [ -n "${ECS_ACCESS_KEYS:-}" ]; then
    echo 'AWS_ACCESS_KEY_ID=<a key of ECS_ACCESS_KEYS> AWS_SECRET_ACCESS_KEY=<its secret>'
  else
    printf 'AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=any\n' "$(account_number)"
  fi
}

# make_cluster: an Agent that joins makes only the cluster `default`.
make_cluster() {
  [ "$(cluster_name)" != default ] || return 0
  say "making the cluster $(cluster_name), where it is not there"
  quietly "$ECS_LOGS/cluster.log" "$ECS_ROOT/infra/ecs" create-cluster "$(cluster_name)" ||
    die "the cluster $(cluster_name) could not be made" "The lines above say why."
}
