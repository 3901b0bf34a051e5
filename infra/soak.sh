#!/usr/bin/env bash
# infra/soak.sh: the long forms of the end-to-end tests and the simulation: outages of minutes, an engine that hangs for
# longer than a creation may take, 100 tasks that come and go for ten minutes, many seeds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

programs=()
for program in EndToEnd Simulation; do
  if [ -f "tests/$program/$program.csproj" ]; then programs+=("$program"); fi
done
export ECS_SOAK=1 ECS_TEST_LIMIT=${ECS_TEST_LIMIT:-14400}
exec infra/test.sh "${programs[@]}"
