#!/usr/bin/env bash
# infra/soak.sh [class...]: the long forms of the end-to-end tests and the simulation, or those of some classes alone
# (Churn, EngineRestarts, BusFaults, RestartedBackbone, KilledServices, HostileInput, SimulationTests): outages of minutes,
# an engine that hangs for longer than a creation may take, 100 tasks that come and go for ten minutes, many seeds.
#   ECS_SOAK_MINUTES  the most minutes that any one of them lasts, where that can be shorter (not for the engine that hangs)
# What was run, and what it printed, is in docs/soak.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. infra/lib/say.sh
. infra/lib/settings.sh
. infra/lib/test-run.sh

require_classes "$@"
programs=()
for program in EndToEnd Simulation; do
  if [ -f "tests/$program/$program.csproj" ]; then programs+=("$program"); fi
done
filter=
for class; do filter+=" -class *.$class"; done
export ECS_SOAK=1 ECS_TEST_LIMIT=${ECS_TEST_LIMIT:-14400} ECS_TEST_FILTER=${ECS_TEST_FILTER:-$filter}
exec infra/test.sh "${programs[@]}"
