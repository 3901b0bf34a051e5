# shellcheck shell=bash
# Stand-in images: what Debian ships, under names of their own, for machines that reach no image registry.

stand_in_name() { printf 'ecs-events/%s:debian12\n' "$1"; }

# recipe_digest <name>: changes when what the image is made of changes.
recipe_digest() {
  {
    echo "$ECS_ROOTFS_VERSION"
    cat "$ECS_ROOT/infra/images/$1".sh
    if [ -f "$ECS_ROOT/infra/images/$1-entrypoint.sh" ]; then cat "$ECS_ROOT/infra/images/$1-entrypoint.sh"; fi
    if [ "$1" = dotnet ]; then dotnet --list-runtimes; fi
  } | sha256sum | cut -c1-16
}

stand_in_is_current() {
  local label format='{{index .Config.Labels "ecs-events.recipe"}}'
  label=$(docker image inspect --format "$format" "$(stand_in_name "$1")" 2>/dev/null) || return 1
  [ "$label" = "$(recipe_digest "$1")" ]
}

# build_stand_in <name>: runs in a shell of its own, since every recipe defines the same two functions.
build_stand_in() (
  name=$1
  work=$(mktemp -d "$ECS_CACHE/$name.XXXXXX")
  chmod 755 "$work"
  trap 'rm -rf "$work"' EXIT
  # shellcheck source=/dev/null
  . "$ECS_ROOT/infra/images/$name.sh"
  build_image "$work"
  { image_config; printf 'LABEL ecs-events.recipe=%s\n' "$(recipe_digest "$name")"; } |
    import_rootfs "$work" "$(stand_in_name "$name")"
)

# build_stand_ins <name...>: builds those that are missing or old, two at a time.
build_stand_ins() {
  local names=() name
  for name in "$@"; do stand_in_is_current "$name" || names+=("$name"); done
  [ ${#names[@]} -gt 0 ] || return 0
  as_root || die "no image registry answers, and building images from Debian packages needs root" \
    "Run this as root, or let the Docker engine reach an image registry."
  mkdir -p "$ECS_CACHE"
  enough_disk "$ECS_CACHE" 3
  # Several checkouts may share the cache: one builds, the others find the images made.
  exec 8>"$ECS_CACHE/lock"
  flock 8
  base_rootfs
  build_pairs "${names[@]}"
  flock -u 8
}

build_pairs() {
  local pending=("$@") pids=() name failed=0
  say "building stand-in images from Debian packages: ${pending[*]}"
  while [ ${#pending[@]} -gt 0 ]; do
    pids=()
    for name in "${pending[@]:0:2}"; do
      build_one "$name" 8>&- &
      pids+=($!)
    done
    pending=("${pending[@]:2}")
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    [ $failed -eq 0 ] || die "an image could not be built" "The lines above and $ECS_LOGS/image-*.log say why."
  done
}

build_one() {
  if stand_in_is_current "$1"; then return 0; fi
  quietly "$ECS_LOGS/image-$1.log" bash -euo pipefail -c "
    for part in say settings packages rootfs stand-ins; do . '$ECS_ROOT/infra/lib/'\$part.sh; done
    build_stand_in '$1'" || return 1
  say "  $(stand_in_name "$1") is there"
}

# enough_disk <dir> <GiB>
enough_disk() {
  local free
  free=$(df --output=avail -k "$1" | tail -n 1)
  [ "$free" -ge $(($2 * 1024 * 1024)) ] || die "less than $2 GiB are free on the disk of $1" \
    "Make room (docker system prune removes unused images), or set ECS_CACHE to a folder on another disk."
}
