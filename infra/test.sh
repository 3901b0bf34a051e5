#!/usr/bin/env bash
# infra/test.sh [project...]: builds the solution and runs every test program (or those named), one after another.
# The last line is `N passed, N failed, N skipped`. Settings:
#   ECS_TEST_LIMIT  seconds that one project may take (default 2400)
#   ECS_TEST_FILTER arguments of xUnit's for every program, such as '-class *.Churn'
#   ECS_FAIL_SKIPS  when set, a skipped test is a failed one (.ci/run sets it)
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

require_sdk
mkdir -p "$ECS_LOGS/tests"
require_projects "$@"
mapfile -t projects < <(test_projects "$@")

# Compiling needs the processor and NuGet, installing needs Debian: side by side.
say "building the solution (Release)"
# In a process group of its own, so that a run that stops early ends the compiler too.
set -m
quietly "$ECS_LOGS/build.log" with_compiler dotnet build -c Release Ecs.Events.sln -v quiet --nologo &
build=$!
set +m
trap 'kill -- "-$build" 2>/dev/null || true' EXIT
ensure_engine
choose_images rabbitmq postgres busybox dotnet
install_test_tools
find_aws_clis
restore_node_programs
wait "$build" || die "the solution does not build" "$ECS_LOGS/build.log has all of it."

export ECS_TEST_RABBITMQ_IMAGE=$ECS_RABBITMQ_IMAGE ECS_TEST_POSTGRES_IMAGE=$ECS_POSTGRES_IMAGE
export ECS_TEST_BUSYBOX_IMAGE=$ECS_BUSYBOX_IMAGE ECS_TEST_DOTNET_IMAGE=$ECS_DOTNET_IMAGE
export TESTCONTAINERS_RYUK_DISABLED=true
api=$(engine_api_version)
[ -z "$api" ] || export DOCKER_API_VERSION=$api

say "running ${#projects[@]} test programs with $ECS_RABBITMQ_IMAGE, $ECS_POSTGRES_IMAGE; AWS CLIs: $ECS_TEST_AWS_CLIS"
trap end_current_project EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
for project in "${projects[@]}"; do
  run_project "$project" "${ECS_TEST_LIMIT:-2400}"
done

status=0
if [ $((total_passed + total_failed)) -eq 0 ]; then
  say "no test ran, which is a failure of its own"
  status=1
fi
[ "$total_failed" -eq 0 ] || status=1
say "reports and logs: ${ECS_LOGS#"$ECS_ROOT"/}/tests"
printf '%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
exit $status
