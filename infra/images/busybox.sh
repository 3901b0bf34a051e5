# shellcheck shell=bash
# A small image with sh, sleep, httpd, nc and wget: Debian's static busybox and nothing else.

build_image() {
  local dir=$1
  mkdir -p "$dir"/{bin,sbin,usr/bin,usr/sbin,etc,root,proc,sys,dev,tmp,var/www,home}
  chmod 1777 "$dir/tmp"
  cp "$(base_dir)/bin/busybox" "$dir/bin/busybox"
  in_rootfs "$dir" /bin/busybox --install -s /bin
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$dir/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$dir/etc/group"
}

image_config() {
  cat <<'CONFIG'
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["sh"]
CONFIG
}
