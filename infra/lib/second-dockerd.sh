#!/usr/bin/env bash
# infra/lib/second-dockerd.sh start|stop|purge <dir>
# A second Docker engine for tests of engine faults, next to the first and apart from it: socket, data, runtime state,
# pid file and log in <dir>, a bridge of its own. `start` prints DOCKER_HOST; `stop` ends it and keeps its data, so that
# it can be started again on them; `purge` removes those too.
set -euo pipefail

readonly start_seconds=60
readonly stop_seconds=30

usage() { sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ $# -eq 2 ] || usage
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)

# A name and a network that depend on the folder only: two of them do not collide, and a restart finds its own again.
number=$(printf '%s' "$dir" | cksum | cut -d' ' -f1)
bridge=ecsd$((number % 1000000000))
containerd_pid=$dir/exec/containerd/containerd.pid
network=10.$((200 + number % 50)).$((number / 50 % 250))

answers() { DOCKER_HOST=unix://$dir/docker.sock timeout 5 docker version >/dev/null 2>&1; }

# is_ours <pid file> <text>: the process is alive and has the text in its command line. A killed one that nobody has
# reaped yet has none, and a number may have been given to another program since.
is_ours() { [ -f "$1" ] && { tr '\0' ' ' <"/proc/$(cat "$1")/cmdline" | grep -qF "$2"; } 2>/dev/null; }

running() { is_ours "$dir/docker.pid" "$dir/docker.sock"; }

# dockerd takes any process with the number in an old pid file, even a dead one that nobody reaped, for its own.
forget_dead_pids() {
  running || rm -f "$dir/docker.pid"
  is_ours "$containerd_pid" "$dir/exec/containerd" || rm -f "$containerd_pid"
}

# A configuration of its own, so that the machine's does not apply. Before version 23 an engine's identity lies in
# /etc/docker, where two engines of one machine would share it, unless the configuration says otherwise.
write_configuration() {
  local major
  major=$(dockerd --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
  if [ "${major:-99}" -lt 23 ]; then
    printf '{"deprecated-key-path": "%s/key.json"}\n' "$dir"
  else
    printf '{}\n'
  fi >"$dir/daemon.json"
}

start() {
  if running && answers; then printf 'unix://%s/docker.sock\n' "$dir"; return 0; fi
  forget_dead_pids
  write_configuration
  if ! ip link show "$bridge" >/dev/null 2>&1; then
    ip link add "$bridge" type bridge
    ip address add "$network.1/24" dev "$bridge"
  fi
  ip link set "$bridge" up
  # iptables off: an engine that starts empties the DOCKER chain, which is the first engine's. Published ports work
  # through the userland proxy. The containerd namespaces keep the two apart where both use the machine's containerd.
  setsid nohup dockerd --config-file "$dir/daemon.json" --host "unix://$dir/docker.sock" \
    --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/docker.pid" --bridge "$bridge" \
    --iptables=false --ip6tables=false --ip-masq=false \
    --containerd-namespace "$bridge" --containerd-plugins-namespace "$bridge-plugins" \
    </dev/null >>"$dir/dockerd.log" 2>&1 &
  local pid=$! deadline=$((SECONDS + start_seconds))
  until answers; do
    if ! kill -0 "$pid" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      echo "the second Docker engine did not start; last lines of $dir/dockerd.log:" >&2
      tail -n 15 "$dir/dockerd.log" >&2
      exit 1
    fi
    sleep 0.2
  done
  printf 'unix://%s/docker.sock\n' "$dir"
}

stop() {
  if running; then
    local pid deadline=$((SECONDS + stop_seconds))
    pid=$(cat "$dir/docker.pid")
    kill "$pid" 2>/dev/null || true
    while running; do
      if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" 2>/dev/null || true; fi
      sleep 0.2
    done
  fi
  stop_containerd
  ip link delete "$bridge" 2>/dev/null || true
}

# A killed engine leaves its own containerd behind, with the containers below it.
stop_containerd() {
  if is_ours "$containerd_pid" "$dir/exec/containerd"; then kill "$(cat "$containerd_pid")" 2>/dev/null || true; fi
}

# What an engine that was killed leaves running: one shim per container, with the container below it.
end_orphans() {
  local process children
  for process in /proc/[0-9]*; do
    is_shim "${process#/proc/}" || continue
    read -ra children <<<"$(cat "$process"/task/*/children 2>/dev/null | tr '\n' ' ')"
    kill -KILL "${children[@]}" "${process#/proc/}" 2>/dev/null || true
  done
}

is_shim() { { tr '\0' ' ' <"/proc/$1/cmdline" | grep -q "containerd-shim.*$bridge"; } 2>/dev/null; }

purge() {
  stop
  end_orphans
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do umount -l "$mount"; done
  rm -rf "$dir"
}

case $command in
  start | stop | purge) "$command" ;;
  *) usage ;;
esac
