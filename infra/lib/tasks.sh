# shellcheck shell=bash
# The tasks' containers, which are not compose's: the Agent made them, and labels say for which container instance.

ECS_STOP_SECONDS=60

# The ids of the container instances whose containers are on this engine and whose Agent is this stack's.
stack_instances() {
  local agent
  agent=$(container_of agent)
  [ -n "$agent" ] || return 0
  # The Agent keeps a folder per container instance, named by its id; `docker cp` reads a stopped container too.
  docker cp "$agent:/var/lib/ecs-agent" - 2>/dev/null | tar -t 2>/dev/null |
    sed -nE 's,^[^/]*/([0-9a-f]{32})/.*,\1,p' | sort -u || true
}

containers_of_instance() { docker ps -q "${@:2}" --filter "label=ecs.events.container-instance=$1"; }

# stop_tasks: the orderly way through the Gateway where it answers, so that the history tells it; then by label.
stop_tasks() {
  local instance container gateway
  gateway=$(container_of gateway running)
  for instance in $(stack_instances); do
    if [ -n "$gateway" ] && [ -n "$(containers_of_instance "$instance")" ]; then stop_through_gateway "$instance"; fi
    for container in $(containers_of_instance "$instance" --all); do docker rm -fv "$container" >/dev/null || true; done
  done
}

stop_through_gateway() {
  local task region account cluster key asked='' deadline=$((SECONDS + ECS_STOP_SECONDS))
  export ECS_ENDPOINT_URL
  ECS_ENDPOINT_URL=$(gateway_url)
  while read -r task; do
    say "stopping the task $task"
    IFS=: read -r _ _ _ region account _ <<<"$task"
    cluster=${task%/*} cluster=${cluster##*/}
    # A key that the caller's shell happens to have is another account's; only a table of keys makes it the one to use.
    key=$account
    [ -z "${ECS_ACCESS_KEYS:-}" ] || key=${AWS_ACCESS_KEY_ID:-$account}
    if AWS_REGION=$region AWS_ACCESS_KEY_ID=$key \
      infra/ecs stop-task "$task" --cluster "$cluster" --reason "infra/down.sh" --json >/dev/null; then
      asked=1
    else
      warn "the Gateway did not stop it"
    fi
  done < <(containers_of_instance "$1" | xargs docker inspect \
    --format '{{index .Config.Labels "com.amazonaws.ecs.task-arn"}}' | sort -u)
  # Where it refused all, as without a key of its table, there is nothing to wait for.
  while [ -n "$asked" ] && [ -n "$(containers_of_instance "$1")" ] && [ $SECONDS -lt $deadline ]; do sleep 0.3; done
}
