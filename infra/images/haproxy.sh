# shellcheck shell=bash
# HAProxy 2.6 of Debian 12; like the official image it reads /usr/local/etc/haproxy/haproxy.cfg.

build_image() {
  local dir=$1
  copy_of_base "$dir"
  rootfs_install "$dir" haproxy
  mkdir -p "$dir/usr/local/etc/haproxy"
  slim_rootfs "$dir"
}

image_config() {
  cat <<'CONFIG'
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
STOPSIGNAL SIGUSR1
CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
CONFIG
}
