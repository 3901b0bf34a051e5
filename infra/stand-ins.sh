#!/usr/bin/env bash
# infra/stand-ins.sh [name...]: builds the stand-in images (rabbitmq postgres busybox dotnet haproxy) that are missing or old.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for part in say settings packages rootfs stand-ins; do
  # shellcheck source=/dev/null
  . "infra/lib/$part.sh"
done

[ $# -gt 0 ] || set -- rabbitmq postgres busybox dotnet haproxy
build_stand_ins "$@"
