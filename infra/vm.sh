#!/usr/bin/env bash
# infra/vm.sh <suite> [project...]: test programs (Agent.Tests and EndToEnd, or those named) where systemd is, cgroups
# are v2, and the docker.io of a Debian suite (trixie or newer) has its control groups from systemd: in a user-mode
# Linux, which Debian 12 has. It has one processor and is slow. Needs root. The last line is infra/test.sh's.
#   ECS_TEST_FILTER    as for infra/test.sh, such as '-class *.EveryMember -class *.Logs'
#   ECS_TEST_LIMIT     seconds that one project may take (default 7200)
#   ECS_VM_MEMORY      how much it has (6G); so much must fit into /dev/shm
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
. infra/lib/test-run.sh
. infra/lib/other-engine.sh
. infra/lib/vm.sh

# What runs in the virtual machine.
inside() {
  local project status=0
  mkdir -p "$ECS_LOGS/tests"
  engine_answers || { journalctl -o cat -u docker -n 30; die "Docker does not answer in the virtual machine"; }
  modprobe loop
  docker load -q -i "$ECS_STATE/images.tar" >/dev/null
  say "the images are in Docker" \
    "$(docker info --format '{{.ServerVersion}} with cgroups v{{.CgroupVersion}} by {{.CgroupDriver}}')"
  for project in $ECS_IN_VM; do run_project "$project" "$ECS_TEST_LIMIT"; done
  [ $((total_passed + total_failed)) -gt 0 ] && [ "$total_failed" -eq 0 ] || status=1
  printf '%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
  return $status
}

outside() {
  local suite=$1 disk
  shift
  [ $# -gt 0 ] || set -- Agent.Tests EndToEnd
  as_root || die "making a root file system takes root" "Run this as root."
  require_sdk
  require_projects "$@"
  install_packages user-mode-linux
  disk=$(vm_disk "$suite") || exit 1
  say "building the solution (Release)"
  quietly "$ECS_LOGS/build.log" with_compiler dotnet build -c Release Ecs.Events.sln -v quiet --nologo ||
    die "the solution does not build" "$ECS_LOGS/build.log has all of it."
  ensure_engine
  choose_images rabbitmq postgres busybox dotnet
  in_vm "$disk" "$@"
}

# in_vm <disk> <project...>
in_vm() {
  local disk=$1 state=$ECS_STATE/vm
  shift
  mkdir -p "$state"
  docker save -o "$state/images.tar" \
    "$ECS_RABBITMQ_IMAGE" "$ECS_POSTGRES_IMAGE" "$ECS_BUSYBOX_IMAGE" "$ECS_DOTNET_IMAGE"
  cat >"$state/environment" <<END
ECS_IN_VM="$*"
ECS_STATE=$vm_state
ECS_TEST_FILTER="${ECS_TEST_FILTER:-}"
ECS_TEST_LIMIT=${ECS_TEST_LIMIT:-7200}
ECS_TEST_RABBITMQ_IMAGE=$ECS_RABBITMQ_IMAGE
ECS_TEST_POSTGRES_IMAGE=$ECS_POSTGRES_IMAGE
ECS_TEST_BUSYBOX_IMAGE=$ECS_BUSYBOX_IMAGE
ECS_TEST_DOTNET_IMAGE=$ECS_DOTNET_IMAGE
TESTCONTAINERS_RYUK_DISABLED=true
HOME=/root
END
  say "starting the virtual machine; its log: ${ECS_LOGS#"$ECS_ROOT"/}/vm.log, the tests' in ${state#"$ECS_ROOT"/}"
  run_vm "$disk" "$state"
  cat "$state/output"
  # Nothing is told of a machine that ended before its tests.
  tail -n 1 "$state/output" | grep -q ' passed, 0 failed, '
}

if [ -n "${ECS_IN_VM:-}" ]; then
  inside
else
  [ $# -gt 0 ] || { sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
  outside "$@"
fi
