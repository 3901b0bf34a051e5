# shellcheck shell=bash
# The Docker engine and compose: found where they are, else installed from Debian and started.

# An engine that was killed with containers running sweeps up after each of them before it answers: a second or more for
# every one on a slow machine. One that ends is not waited for.
ECS_ENGINE_START_SECONDS=300

engine_answers() { timeout 15 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# ensure_engine: afterwards `docker` talks to an engine and compose is there, or the script has stopped with the reason.
ensure_engine() {
  if ! engine_answers; then
    refuse_foreign_engine
    # Compose in the same breath: each run of apt costs seconds.
    command -v dockerd >/dev/null || install_packages docker.io docker-compose iptables
    start_engine
  fi
  ensure_compose
}

# An engine that is there but not ours to start: say how to reach it.
refuse_foreign_engine() {
  local answer
  answer=$(timeout 15 docker version 2>&1) || true
  if grep -qi 'permission denied' <<<"$answer"; then
    die "this user may not talk to the Docker engine" \
      "Run this as root, or: sudo usermod -aG docker $(id -un) and log in again."
  fi
  if [ -n "${DOCKER_HOST:-}" ]; then
    die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST" \
      "Start that engine, or unset DOCKER_HOST to use one on this machine."
  fi
  if ! as_root; then
    die "no Docker engine answers, and starting one needs root" \
      "Start Docker (sudo systemctl start docker), or run this as root."
  fi
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    say "starting the Docker engine with systemd"
    systemctl start docker || die "systemd could not start Docker" "journalctl -u docker says why."
    wait_for_engine "journalctl -u docker" && return 0
  fi
  mount_cgroups
  start_detached_engine && return 0
  # Kernels without nf_tables refuse Debian's default iptables; the legacy one may work.
  if grep -qi 'iptables' /var/log/dockerd.log && [ -x /usr/sbin/iptables-legacy ]; then
    warn "the engine could not use iptables with nf_tables; trying iptables-legacy"
    update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null
    update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy >/dev/null || true
    start_detached_engine && return 0
  fi
  tail -n 15 /var/log/dockerd.log >&2
  die "the Docker engine did not start within $ECS_ENGINE_START_SECONDS s" "/var/log/dockerd.log says why."
}

start_detached_engine() {
  say "starting the Docker engine (log: /var/log/dockerd.log)"
  setsid nohup dockerd </dev/null >/var/log/dockerd.log 2>&1 8>&- 9>&- &
  local pid=$! deadline=$((SECONDS + ECS_ENGINE_START_SECONDS))
  while [ $SECONDS -lt $deadline ]; do
    if engine_answers; then return 0; fi
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.3
  done
  kill "$pid" 2>/dev/null || true
  return 1
}

wait_for_engine() {
  local deadline=$((SECONDS + ECS_ENGINE_START_SECONDS))
  until engine_answers; do
    [ $SECONDS -lt $deadline ] || die "the Docker engine does not answer" "$1 says why."
    sleep 0.5
  done
}

mount_cgroups() {
  if grep -qE '^[^ ]+ [^ ]+ cgroup2? ' /proc/mounts; then return 0; fi
  install_packages cgroupfs-mount
  cgroupfs-mount || warn "no cgroups could be mounted; containers will have no limits or will not start"
}

ensure_compose() {
  if docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; then return 0; fi
  install_packages docker-compose
}

# engine_api_version: what clients that do not negotiate must speak; empty where the engine knows today's versions.
engine_api_version() {
  local version
  version=$(docker version --format '{{.Server.APIVersion}}')
  if [ "$(printf '%s\n1.44\n' "$version" | sort -V | head -n 1)" = "$version" ]; then printf '%s\n' "$version"; fi
}
