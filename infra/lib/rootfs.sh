# shellcheck shell=bash
# Debian root file systems, made with debootstrap and handed to Docker with `docker import`.

# The Debian sources of this machine where it is Debian 12 itself, so that a local mirror is used here too.
debian_sources() {
  local own=
  if command -v apt-get >/dev/null; then
    # The dollar signs are apt's own placeholders.
    # shellcheck disable=SC2016
    own=$(apt-get indextargets --format '$(ORIGIN)|deb $(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
      sed -n 's/^Debian|\(deb [^ ]* bookworm[^ ]* main\)$/\1/p' | sort -u)
  fi
  if grep -q ' bookworm main$' <<<"$own"; then
    printf '%s\n' "$own"
  elif [ -n "${ECS_DEBIAN_MIRROR:-}" ]; then
    printf 'deb %s bookworm main\n' "$ECS_DEBIAN_MIRROR"
  else
    die "this machine has no Debian 12 sources of its own" \
      "ECS_DEBIAN_MIRROR names a mirror to make the stand-in images from."
  fi
}

# How this machine's apt gets out (proxies, certificates): the same for the apt inside the root file system.
apt_way_out() {
  command -v apt-config >/dev/null || return 0
  apt-config dump Acquire 2>/dev/null | grep -E '^Acquire::https?::(Proxy|Verify|CaInfo)' || true
}

# in_rootfs <dir> <command...>
in_rootfs() {
  local dir=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" chroot "$dir" "$@"
}

# Raise it when this file makes other root file systems than before: they and the images are then made anew.
ECS_ROOTFS_VERSION=2

# What several images need, or one needs alone: each run of apt that a copy does not need saves a quarter of a minute.
ECS_ROOTFS_PACKAGES=busybox-static,ca-certificates,libssl3,libstdc++6,zlib1g

base_dir() { printf '%s/base-bookworm-%s\n' "$ECS_CACHE" "$ECS_ROOTFS_VERSION"; }

# The root file system that all stand-ins start from; made once and kept under $ECS_CACHE.
base_rootfs() {
  local base sources mirror work
  base=$(base_dir)
  [ ! -f "$base/.complete" ] || return 0
  install_packages debootstrap
  sources=$(debian_sources) || exit 1
  mirror=$(awk '$3 == "bookworm" { print $2; exit }' <<<"$sources")
  work=$(mktemp -d "$ECS_CACHE/base.XXXXXX")
  say "making a Debian 12 root file system from $mirror (about half a minute)"
  # The images are thrown away and made again, never repaired: fsync per file and package buys nothing.
  quietly "$ECS_LOGS/debootstrap.log" \
    env DPKG_FORCE=unsafe-io debootstrap --variant=minbase "--include=$ECS_ROOTFS_PACKAGES" \
    bookworm "$work" "$mirror" ||
    die "debootstrap failed" "$ECS_LOGS/debootstrap.log says why; ECS_DEBIAN_MIRROR selects another mirror."
  printf '%s\n' "$sources" >"$work/etc/apt/sources.list"
  apt_way_out >"$work/etc/apt/apt.conf.d/95way-out"
  printf 'exit 101\n' >"$work/usr/sbin/policy-rc.d"
  chmod 755 "$work/usr/sbin/policy-rc.d"
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
    'path-exclude=/usr/share/locale/*' >"$work/etc/dpkg/dpkg.cfg.d/slim"
  cp -L /etc/resolv.conf "$work/etc/resolv.conf"
  quietly "$ECS_LOGS/rootfs-update.log" in_rootfs "$work" apt-get update -q ||
    die "apt-get update failed inside the Debian root file system" "$ECS_LOGS/rootfs-update.log says why."
  chmod 755 "$work"
  touch "$work/.complete"
  rm -rf "$base"
  mv "$work" "$base"
}

# copy_of_base <dir>: a root file system of one's own to change.
copy_of_base() {
  rm -rf "$1"
  cp -a --reflink=auto "$(base_dir)" "$1"
  rm -f "$1/.complete"
  cp -L /etc/resolv.conf "$1/etc/resolv.conf"
}

# rootfs_install <dir> <package...>
rootfs_install() {
  local dir=$1
  shift
  in_rootfs "$dir" apt-get install -q -y --no-install-recommends "$@"
}

# slim_rootfs <dir>: removes what only building needs.
slim_rootfs() {
  rm -rf "${1:?}"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/cache/debconf/*-old "$1"/var/log/*.log \
    "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/* "$1"/usr/share/info/* \
    "$1"/etc/apt/apt.conf.d/95way-out "$1"/usr/sbin/policy-rc.d "$1"/var/log/apt "$1"/tmp/* "$1"/run/*
}

# import_rootfs <dir> <image>: reads the image's settings, as Dockerfile lines, from standard input. `docker import`
# knows fewer of them (no STOPSIGNAL) than a Dockerfile, so the files are imported and the settings built on top.
import_rootfs() {
  local dir=$1 image=$2 files
  chmod 755 "$dir"
  files=$(tar -C "$dir" --numeric-owner -c . | docker import -)
  { printf 'FROM %s\n' "$files"; cat; } | docker build -q -t "$image" -
}
