#!/usr/bin/env bash
# infra/docs.sh: writes docs/events.md and docs/asyncapi.json from the code, and adds new events to the corpus of those that
# must stay readable. To be run after an event or a command was added; a test fails until it was.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build -c Release tests/Architecture.Tests -v quiet --nologo
ECS_WRITE_DOCS=1 artifacts/bin/Architecture.Tests/release/Ecs.Architecture.Tests -noColor \
  -class Ecs.Architecture.Tests.Documents.GeneratedDocumentsTests
