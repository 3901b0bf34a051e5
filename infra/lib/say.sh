# shellcheck shell=bash
# How the scripts speak: one line per step, with the seconds since the start, and refusals that say what to do next.

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

warn() { printf '[%3ds] note: %s\n' "$SECONDS" "$*" >&2; }

# die <what is wrong> [<what to do>...]: one problem, then the ways out of it, one a line.
die() {
  printf '\n[%3ds] stopped: %s\n' "$SECONDS" "$1" >&2
  shift
  local advice
  for advice in "$@"; do printf '        %s\n' "$advice" >&2; done
  exit 1
}

# quietly <log file> <command...>: runs a command whose output only matters when it fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1; then return 0; fi
  printf '\n--- last lines of %s\n' "$log" >&2
  tail -n 25 "$log" >&2
  return 1
}
