# shellcheck shell=bash
# Debian packages on this machine.

apt_lists_are_fresh=

# install_packages <package...>: installs what is missing; says what to do where that is not possible.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "these are missing and this is not a Debian machine: ${missing[*]}" \
    "Install them with your system's package manager and run this again."
  as_root || die "these Debian packages are missing: ${missing[*]}" \
    "Run this as root, or first: sudo apt-get install ${missing[*]}"
  say "installing from Debian: ${missing[*]}"
  if [ -z "$apt_lists_are_fresh" ]; then
    # One dead third-party source must not stop us: the install that follows tells whether the lists are good enough.
    quietly "$ECS_LOGS/apt-update.log" apt-get update -q || warn "apt-get update had errors; going on with what it got"
    apt_lists_are_fresh=1
  fi
  quietly "$ECS_LOGS/apt-install.log" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 "${missing[@]}" ||
    die "apt-get could not install ${missing[*]}" "The lines above and $ECS_LOGS/apt-install.log say why."
}
