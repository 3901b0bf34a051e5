# shellcheck shell=bash
# A user-mode Linux with the root file system of a Debian suite: systemd is its first process, its cgroups are v2, and
# the suite's Docker has its control groups from systemd. It is a process of this machine, takes no /dev/kvm, and has
# one processor. It sees the checkout and .NET as they are here, and one folder to which both may write.

vm_checkout=/srv/ecs vm_state=/srv/state

# vm_disk <suite>: prints the disk with the suite's root file system; made once, kept under $ECS_CACHE.
vm_disk() {
  local disk=$ECS_CACHE/vm-$1.ext4 root work
  if [ ! -f "$disk" ]; then
    root=$(engine_root "$1") || exit 1
    install_packages e2fsprogs >&2
    enough_disk "$ECS_CACHE" 3
    work=$(mktemp -d "$ECS_CACHE/vm.XXXXXX")
    say "making a disk of $1 with systemd (about a minute)" >&2
    quietly "$ECS_LOGS/vm-$1.log" fill_vm_disk "$root" "$work" >&2 || rm -rf "$work"
    [ -d "$work" ] || die "no disk of $1 could be made" "$ECS_LOGS/vm-$1.log says why."
    mv "$work/disk" "$disk"
    rm -rf "$work"
  fi
  printf '%s\n' "$disk"
}

fill_vm_disk() {
  local root=$2/root
  cp -a --reflink=auto "$1" "$root" &&
    rootfs_install "$root" systemd-sysv udev dbus kmod iproute2 procps python3-minimal docker-cli || return
  rm "$root/usr/sbin/policy-rc.d"
  printf 'ecs-vm\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost ecs-vm\n' >"$root/etc/hosts"
  ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
  mkdir -p "$root$vm_checkout" "$root$vm_state" "$root/usr/share/dotnet" "$root/usr/lib/modules"
  vm_unit >"$root/etc/systemd/system/ecs-tests.service"
  # A user-mode Linux has no tables of nf_tables for addresses.
  in_rootfs "$root" update-alternatives --set iptables /usr/sbin/iptables-legacy &&
    in_rootfs "$root" update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy &&
    in_rootfs "$root" systemctl enable docker ecs-tests &&
    in_rootfs "$root" systemctl mask getty@tty1 &&
    mkfs.ext4 -q -d "$root" "$2/disk" 16G
}

# The machine ends with it.
vm_unit() {
  printf '%s\n' '[Unit]' 'After=docker.service' 'Wants=docker.service' "RequiresMountsFor=$vm_checkout $vm_state" \
    'SuccessAction=poweroff-force' 'FailureAction=poweroff-force' \
    '[Service]' 'Type=oneshot' "EnvironmentFile=$vm_state/environment" "ExecStart=$vm_checkout/infra/vm.sh" \
    "StandardOutput=append:$vm_state/output" 'StandardError=inherit' '[Install]' 'WantedBy=multi-user.target'
}

# run_vm <disk> <state>: what it writes on its disk is gone when it ends, and nothing of it is left.
run_vm() {
  local disk=$1 state=$2 dotnet
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  rm -rf "$state/changes" "$state/output" "$state/vm"
  # Its kernel and its processes take turns, which one processor does more than twice as fast as several.
  unshare --pid --fork --kill-child --mount-proc taskset -c $(($(nproc) - 1)) \
    linux.uml "mem=${ECS_VM_MEMORY:-6G}" uml_dir="$state" umid=vm \
    "ubd0=$state/changes,$disk" root=/dev/ubda rw con=null con0=null,fd:1 ssl=null systemd.getty_auto=no \
    "systemd.mount-extra=none:/usr/lib/modules:hostfs:/usr/lib/uml/modules,ro" \
    "systemd.mount-extra=none:/usr/share/dotnet:hostfs:$dotnet,ro" \
    "systemd.mount-extra=none:$vm_checkout:hostfs:$ECS_ROOT,ro" \
    "systemd.mount-extra=none:$vm_state:hostfs:$state" </dev/null >"$ECS_LOGS/vm.log" 2>&1 || true
  rm -f "$state/changes"
}
