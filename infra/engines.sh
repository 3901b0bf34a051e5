#!/usr/bin/env bash
# infra/engines.sh <suite|folder> [project...]: test programs (Agent.Tests and EndToEnd, or those named) on another
# version of Docker than this machine's: the docker.io of a Debian suite (trixie, sid), or what a folder has below usr,
# such as a Debian root file system with another dockerd put into it. Needs root. The last line is infra/test.sh's.
#   ECS_TEST_FILTER    as for infra/test.sh, such as '-class *.EveryMember -class *.Logs'
#   ECS_DEBIAN_MIRROR  a mirror to take the suite from, where this machine is not Debian 12 itself
# What was run, and what it came to, is in docs/engines.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. infra/lib/say.sh
. infra/lib/settings.sh
. infra/lib/packages.sh
. infra/lib/rootfs.sh
. infra/lib/stand-ins.sh
. infra/lib/images.sh
. infra/lib/engine.sh
. infra/lib/sdk.sh
. infra/lib/test-tools.sh
. infra/lib/test-run.sh
. infra/lib/other-engine.sh

# What runs within the engine's namespaces.
inside() {
  local project status=0 images
  trap end_other_engine EXIT
  run_other_engine
  images=("$ECS_TEST_RABBITMQ_IMAGE" "$ECS_TEST_POSTGRES_IMAGE" "$ECS_TEST_BUSYBOX_IMAGE" "$ECS_TEST_DOTNET_IMAGE")
  give_images "${images[@]}"
  say "Docker $(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})') has the images;" \
    "its log: ${ECS_LOGS#"$ECS_ROOT"/}/other-dockerd.log"
  for project; do run_project "$project" "${ECS_TEST_LIMIT:-2400}"; done
  [ $((total_passed + total_failed)) -gt 0 ] && [ "$total_failed" -eq 0 ] || status=1
  printf '%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
  return $status
}

outside() {
  local root=$1
  shift
  [ $# -gt 0 ] || set -- Agent.Tests EndToEnd
  as_root || die "another Docker engine in namespaces of its own takes root" "Run this as root."
  require_sdk
  require_projects "$@"
  mkdir -p "$ECS_LOGS/tests"
  [[ $root != */* ]] || [ -d "$root/usr" ] || die "there is no $root/usr" "A folder has what a root file system has."
  [ -d "$root/usr" ] || root=$(engine_root "$root") || exit 1
  say "building the solution (Release)"
  quietly "$ECS_LOGS/build.log" with_compiler dotnet build -c Release Ecs.Events.sln -v quiet --nologo ||
    die "the solution does not build" "$ECS_LOGS/build.log has all of it."
  ensure_engine
  choose_images rabbitmq postgres busybox dotnet
  install_test_tools
  find_aws_clis
  export ECS_TEST_RABBITMQ_IMAGE=$ECS_RABBITMQ_IMAGE ECS_TEST_POSTGRES_IMAGE=$ECS_POSTGRES_IMAGE
  export ECS_TEST_BUSYBOX_IMAGE=$ECS_BUSYBOX_IMAGE ECS_TEST_DOTNET_IMAGE=$ECS_DOTNET_IMAGE
  export TESTCONTAINERS_RYUK_DISABLED=true ECS_OWN_ENGINE=${DOCKER_HOST:-unix:///var/run/docker.sock}
  beside_engine "$root" infra/engines.sh "$@"
}

if [ -n "${ECS_OTHER_ENGINE:-}" ]; then
  inside "$@"
else
  [ $# -gt 0 ] || { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
  outside "$@"
fi
