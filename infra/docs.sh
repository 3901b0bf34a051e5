#!/usr/bin/env bash
# infra/docs.sh: writes docs/events.md, docs/asyncapi.json and docs/api.md from the code, and adds new events to the corpus of
# those that must stay readable. To be run after an event, a command or a member was added; a test fails until it was.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build -c Release tests/Architecture.Tests -v quiet --nologo
dotnet build -c Release tests/Gateway.Tests -v quiet --nologo
export ECS_WRITE_DOCS=1
artifacts/bin/Architecture.Tests/release/Ecs.Architecture.Tests -noColor \
  -class Ecs.Architecture.Tests.Documents.GeneratedDocumentsTests
artifacts/bin/Gateway.Tests/release/Ecs.Gateway.Tests -noColor -class Ecs.Gateway.Tests.Model.ApiTableTests
