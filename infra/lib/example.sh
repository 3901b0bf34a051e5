# shellcheck shell=bash
# The example application of examples/api: three linked containers as one task.

ECS_EXAMPLE_SECONDS=90

example_port() { printf '%s\n' "${ECS_EXAMPLE_PORT:-8088}"; }

# The ARN of the example's task if its balancer runs on this machine, in this cluster; empty otherwise.
running_example() {
  docker ps -q --filter label=com.amazonaws.ecs.task-definition-family=example-api \
    --filter label=com.amazonaws.ecs.container-name=balancer \
    --filter "label=com.amazonaws.ecs.cluster=$(cluster_name)" | head -n 1 |
    xargs -r docker inspect --format '{{index .Config.Labels "com.amazonaws.ecs.task-arn"}}'
}

build_example_images() {
  local part stamp
  stamp=$ECS_STATE/example-images
  for part in balancer web database; do
    if image_is_here "ecs-events/example-$part:1" && [ -f "$stamp" ] &&
      [ -z "$(find "$ECS_ROOT/examples/api/$part" -type f -newer "$stamp" -print -quit)" ]; then continue; fi
    say "building the image ecs-events/example-$part:1"
    quietly "$ECS_LOGS/example-$part.log" docker build -q -t "ecs-events/example-$part:1" \
      --build-arg "ECS_POSTGRES_IMAGE=$ECS_POSTGRES_IMAGE" --build-arg "ECS_BUSYBOX_IMAGE=$ECS_BUSYBOX_IMAGE" \
      --build-arg "ECS_HAPROXY_IMAGE=$ECS_HAPROXY_IMAGE" "$ECS_ROOT/examples/api/$part" ||
      die "the example's image $part could not be built" "The lines above and $ECS_LOGS/example-$part.log say why."
  done
  touch "$stamp"
}

# example_definition: the definition's file, with another host port where one was asked for.
example_definition() {
  local file=$ECS_ROOT/examples/api/definition.json
  if [ "$(example_port)" != 8088 ]; then
    sed "s/\"hostPort\": 8088/\"hostPort\": $(example_port)/" "$file" >"$ECS_STATE/definition.json"
    file=$ECS_STATE/definition.json
  fi
  printf '%s\n' "$file"
}

# run_example: leaves the task's ARN in example_task. A copy that runs already is used: its port on the host is fixed.
run_example() {
  local file version
  example_task=$(running_example)
  if [ -n "$example_task" ]; then
    say "the example is running already: $example_task"
    return 0
  fi
  require_port "$(example_port)" "the example's balancer" ECS_EXAMPLE_PORT
  file=$(example_definition)
  # The same file gets the same label, and registering it again answers with the revision that is there.
  version=$(sha256sum "$file" | cut -c1-12)
  show ecs register-task-definition --family example-api --version "$version" "${file#"$ECS_ROOT"/}"
  # shellcheck disable=SC2046 # A word or two, or none.
  show ecs run-task "example-api:$version" $(in_cluster)
  example_task=$(running_example)
  [ -n "$example_task" ] || die "the example did not start" \
    "infra/ecs list-tasks and infra/ecs history say what happened."
}

# show <command...>: prints a command as a person would type it, then runs it.
show() {
  printf '\n$ infra/%s\n' "$*"
  (cd "$ECS_ROOT" && "infra/$1" "${@:2}") || die "that command failed" "infra/down.sh stops what is running."
}

# fetch_page: the page through the balancer's port on the host. Its database may still be filling itself.
fetch_page() {
  local page deadline=$((SECONDS + ECS_EXAMPLE_SECONDS))
  printf '\n$ curl http://127.0.0.1:%s/\n' "$(example_port)"
  until page=$(http_get "$(example_port)"); do
    [ $SECONDS -lt $deadline ] || die "the example's page does not come: ${page:-no answer}" \
      "docker ps shows its containers, docker logs what they say; infra/ecs describe-tasks $example_task"
    sleep 0.5
  done
  printf '%s\n' "$page"
}

# http_get <port>: the body; fails unless the status is 200. A fresh machine has no curl.
http_get() (
  exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
  printf 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
  read -r -t 5 _ status _ <&3 || exit 1
  while read -r -t 5 line <&3 && [ "${line%$'\r'}" ]; do :; done
  timeout 5 cat <&3
  [ "$status" = 200 ]
) 2>/dev/null
