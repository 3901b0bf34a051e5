# shellcheck shell=bash
# Which image plays which part: the official one that compose names, or its stand-in where no image registry answers.

ECS_REGISTRY_ANSWER_SECONDS=10
ECS_PULL_SECONDS=900

# The settings ECS_<NAME>_IMAGE that compose and the tests read.
image_setting() { printf 'ECS_%s_IMAGE\n' "${1^^}"; }

# The official image for each part, as docker-compose.yml names it.
official_image() {
  case $1 in
    rabbitmq) echo rabbitmq:4.1.4 ;;
    postgres) echo postgres:17 ;;
    dotnet) echo mcr.microsoft.com/dotnet/aspnet:10.0 ;;
    busybox) echo busybox:1.37 ;;
    haproxy) echo haproxy:3.2 ;;
  esac
}

image_is_here() { docker image inspect "$1" >/dev/null 2>&1; }

remembered_image() {
  [ -f "$ECS_STATE/images.env" ] || return 1
  sed -n "s/^$(image_setting "$1")=//p" "$ECS_STATE/images.env" | grep .
}

# choose_images <name...>: pulls or builds an image for each part, exports the settings and remembers them.
choose_images() {
  local name setting image stand_ins=()
  mkdir -p "$ECS_STATE"
  for name in "$@"; do
    setting=$(image_setting "$name")
    image=$(image_for "$name")
    [ "$image" != "$(stand_in_name "$name")" ] || stand_ins+=("$name")
    export "$setting=$image"
  done
  [ ${#stand_ins[@]} -eq 0 ] || build_stand_ins "${stand_ins[@]}"
  rm -f "$ECS_STATE"/registry-is-away.*
  remember_images
}

# A choice once made is kept while its image is there: the data of one PostgreSQL version is not another's.
image_for() {
  local name=$1 setting image
  setting=$(image_setting "$name")
  image=${!setting:-}
  if [ -n "$image" ]; then
    image_is_here "$image" || [ "$image" = "$(stand_in_name "$name")" ] || pull "$image" ||
      die "$setting names the image $image, which is not here and could not be pulled" "$ECS_LOGS/pull.log says why."
  elif ! image=$(usable_remembered_image "$name"); then
    image=$(official_image "$name")
    image_is_here "$image" || pull "$image" || image=$(stand_in_name "$name")
  fi
  printf '%s\n' "$image"
}

usable_remembered_image() {
  local image
  image=$(remembered_image "$1") || return 1
  image_is_here "$image" || [ "$image" = "$(stand_in_name "$1")" ] || return 1
  printf '%s\n' "$image"
}

# remember_images: writes the settings for compose; the ones of earlier runs stay.
remember_images() {
  local name setting
  for name in rabbitmq postgres dotnet busybox haproxy; do
    setting=$(image_setting "$name")
    [ -n "${!setting:-}" ] || export "$setting=$(remembered_image "$name" || true)"
    [ -z "${!setting}" ] || printf '%s=%s\n' "$setting" "${!setting}"
  done >"$ECS_STATE/images.env.new"
  mv "$ECS_STATE/images.env.new" "$ECS_STATE/images.env"
}

# pull <image>: gives up after ECS_REGISTRY_ANSWER_SECONDS when no registry answers, and then for the rest of the run;
# one that answers gets the time that a download takes.
pull() {
  [ ! -f "$ECS_STATE/registry-is-away.$$" ] || return 1
  mkdir -p "$ECS_LOGS"
  say "looking for $1 at its image registry" >&2
  : >"$ECS_LOGS/pull.log"
  timeout "$ECS_PULL_SECONDS" docker pull "$1" >"$ECS_LOGS/pull.log" 2>&1 &
  local pid=$! deadline=$((SECONDS + ECS_REGISTRY_ANSWER_SECONDS)) answered=
  while kill -0 "$pid" 2>/dev/null; do
    if grep -q 'Pulling from' "$ECS_LOGS/pull.log"; then answered=1; fi
    if [ -z "$answered" ] && [ $SECONDS -ge $deadline ]; then kill "$pid" 2>/dev/null || true; fi
    sleep 0.2
  done
  if wait "$pid"; then return 0; fi
  if grep -qE 'manifest unknown|not found: manifest|no matching manifest' "$ECS_LOGS/pull.log"; then return 1; fi
  warn "no image registry answers ($(tail -n 1 "$ECS_LOGS/pull.log" | cut -c1-120))"
  touch "$ECS_STATE/registry-is-away.$$"
  return 1
}
