#!/usr/bin/env bash
# infra/stand-ins.sh [name...]: builds those of the stand-in images rabbitmq, postgres, busybox, dotnet and haproxy that
# are missing or old.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. infra/lib/say.sh
. infra/lib/settings.sh
. infra/lib/packages.sh
. infra/lib/rootfs.sh
. infra/lib/stand-ins.sh

[ $# -gt 0 ] || set -- rabbitmq postgres busybox dotnet haproxy
build_stand_ins "$@"
