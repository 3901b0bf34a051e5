# shellcheck shell=bash
# The six programs: published from source when that is newer, and one image for each service.

ECS_SERVICES=(registry scheduler agent gateway auditor)

ecs_source_is_newer_than() {
  [ -f "$1" ] || return 0
  [ -n "$(cd "$ECS_ROOT" && find services shared Directory.Build.props Directory.Packages.props global.json \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$1" -print -quit)" ]
}

# publish_programs: Release, one folder each, under artifacts/publish. Quick when nothing changed.
publish_programs() {
  local stamp=$ECS_STATE/published
  if ! ecs_source_is_newer_than "$stamp"; then return 0; fi
  say "publishing the programs (log: ${ECS_LOGS#"$ECS_ROOT"/}/publish.log)"
  mkdir -p "$ECS_STATE"
  touch "$stamp.new"
  (cd "$ECS_ROOT" && quietly "$ECS_LOGS/publish.log" \
    with_compiler dotnet msbuild infra/publish.proj -m -nodeReuse:false -v:minimal -nologo) || return 1
  mv "$stamp.new" "$stamp"
}

# folder_of <service>: services/Registry is published to artifacts/publish/Registry/release.
folder_of() { printf '%s/artifacts/publish/%s/release\n' "$ECS_ROOT" "${1^}"; }

service_image() { printf 'ecs-events/%s:%s\n' "$1" "${ECS_TAG:-dev}"; }

# build_service_images [service...]: from the published folders and the .NET image that was chosen.
build_service_images() {
  local service stamp
  [ $# -gt 0 ] || set -- "${ECS_SERVICES[@]}"
  for service in "$@"; do
    stamp=$ECS_STATE/image-$service
    if image_is_here "$(service_image "$service")" && [ "$stamp" -nt "$ECS_STATE/published" ] &&
      [ "$(cat "$stamp")" = "$(image_origin)" ]; then continue; fi
    say "building the image $(service_image "$service")"
    build_service_image "$service"
    image_origin >"$stamp"
  done
}

# What an image depends on besides the program itself.
image_origin() {
  { cat "$ECS_ROOT"/infra/Dockerfiles/*; docker image inspect -f '{{.Id}}' "$ECS_DOTNET_IMAGE"; } | sha256sum
}

build_service_image() {
  local folder dll
  folder=$(folder_of "$1")
  dll=$(cd "$folder" && echo *.runtimeconfig.json)
  # The build context is made on the way: nothing but the program's folder and two small files.
  tar -c -C "$folder" --transform 's,^\.,app,' . -C "$ECS_ROOT/infra/Dockerfiles" service.Dockerfile ecs-health |
    quietly "$ECS_LOGS/image-$1.log" docker build -q -t "$(service_image "$1")" -f service.Dockerfile \
      --build-arg "ECS_DOTNET_IMAGE=$ECS_DOTNET_IMAGE" --build-arg "PROGRAM=${dll%.runtimeconfig.json}.dll" - ||
    die "the image of $1 could not be built" "The lines above and $ECS_LOGS/image-$1.log say why."
}
