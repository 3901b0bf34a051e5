# shellcheck shell=bash
# A Docker engine of another version than the machine's, for a command that then has no other: in namespaces of its own
# (network, mounts, processes), so that all of it ends with the command and the machine's own engine sees nothing of it.

other_engine_start_seconds=120
other_dockerd=''

# engine_root <suite>: prints a root file system of Debian's suite with its Docker in it; made once, kept under $ECS_CACHE.
engine_root() {
  local root=$ECS_CACHE/engine-$1 work
  if [ ! -d "$root" ]; then
    install_packages debootstrap >&2
    mkdir -p "$ECS_CACHE"
    enough_disk "$ECS_CACHE" 3
    work=$(mktemp -d "$ECS_CACHE/engine.XXXXXX")
    say "making a root file system of $1 with its docker.io (about a minute)" >&2
    quietly "$ECS_LOGS/engine-$1.log" fill_engine_root "$1" "$work" >&2 || rm -rf "$work"
    [ -d "$work" ] ||
      die "no root file system of $1 could be made" "$ECS_LOGS/engine-$1.log says why; ECS_DEBIAN_MIRROR is a mirror."
    mv "$work" "$root"
  fi
  printf '%s\n' "$root"
}

fill_engine_root() {
  local suite=$1 work=$2 mirror
  mirror=${ECS_DEBIAN_MIRROR:-$(debian_sources | awk '$3 == "bookworm" { print $2; exit }')}
  env DPKG_FORCE=unsafe-io debootstrap --variant=minbase --include=ca-certificates "$suite" "$work" "$mirror" || return
  apt_way_out >"$work/etc/apt/apt.conf.d/95way-out"
  printf 'exit 101\n' >"$work/usr/sbin/policy-rc.d"
  chmod 755 "$work" "$work/usr/sbin/policy-rc.d"
  printf 'force-unsafe-io\n' >"$work/etc/dpkg/dpkg.cfg.d/slim"
  cp -L /etc/resolv.conf "$work/etc/resolv.conf"
  rootfs_install "$work" docker.io containerd runc iptables
}

# beside_engine <root> <script> [argument...]: runs the script, which calls run_other_engine, in namespaces of its own.
beside_engine() {
  local root=$1 dir name status=0
  shift
  dir=$(mktemp -d "${TMPDIR:-/tmp}/ecs-other-engine.XXXXXX")
  name=$(basename "$dir")
  ECS_OTHER_ENGINE=$dir ECS_OTHER_ENGINE_ROOT=$root \
    unshare --net --mount --pid --fork --kill-child --mount-proc "$@" || status=$?
  rm -rf "$dir"
  find /sys/fs/cgroup -depth -type d -path "*/$name*" -exec rmdir {} + 2>/dev/null || true
  return $status
}

# run_other_engine: within those namespaces. Afterwards DOCKER_HOST is the engine, which has nothing in it.
run_other_engine() {
  local dir=$ECS_OTHER_ENGINE deadline=$((SECONDS + other_engine_start_seconds))
  ip link set lo up
  # Shims put their sockets into /run/containerd, which the machine's own engine has too.
  mkdir -p /run/containerd
  mount -t tmpfs tmpfs /run/containerd
  mkdir "$dir/run"
  mount -t tmpfs tmpfs "$dir/run"
  # Numbers of processes are others here: what tests left in the machine's own folder would look like nobody's.
  mkdir "$dir/tmp"
  export TMPDIR=$dir/tmp
  printf '{}\n' >"$dir/daemon.json"
  # Its /usr in place of the machine's, for it alone: every path else means what it means to the tests.
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount --rbind "$1/usr" /usr && shift && exec dockerd "$@"' sh "$ECS_OTHER_ENGINE_ROOT" \
    --config-file "$dir/daemon.json" --host "unix://$dir/docker.sock" --data-root "$dir/data" \
    --exec-root "$dir/run/exec" --pidfile "$dir/run/docker.pid" --exec-opt native.cgroupdriver=cgroupfs \
    --cgroup-parent "/$(basename "$dir")" </dev/null >"$ECS_LOGS/other-dockerd.log" 2>&1 &
  other_dockerd=$!
  unset DOCKER_API_VERSION
  export DOCKER_HOST=unix://$dir/docker.sock ECS_TEST_ENGINE_ROOT=$ECS_OTHER_ENGINE_ROOT
  until engine_answers; do
    if ! kill -0 "$other_dockerd" 2>/dev/null || [ $SECONDS -ge $deadline ]; then
      tail -n 15 "$ECS_LOGS/other-dockerd.log" >&2
      die "the other Docker engine did not start" "$ECS_LOGS/other-dockerd.log says why."
    fi
    sleep 0.3
  done
}

end_other_engine() {
  [ -n "$other_dockerd" ] || return 0
  kill "$other_dockerd" 2>/dev/null || true
  wait "$other_dockerd" 2>/dev/null || true
}

# give_images <image...>: copies of the machine's own engine's.
give_images() { DOCKER_HOST=$ECS_OWN_ENGINE docker save "$@" | docker load -q >/dev/null; }
