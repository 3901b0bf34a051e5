# shellcheck shell=bash
# PostgreSQL 15 of Debian 12, with the behaviour of the official image that compose, the tests and Testcontainers use.

build_image() {
  local dir=$1
  copy_of_base "$dir"
  mkdir -p "$dir/etc/postgresql-common"
  printf 'create_main_cluster = false\n' >"$dir/etc/postgresql-common/createcluster.conf"
  rootfs_install "$dir" postgresql-15 netcat-openbsd
  install -m 755 "$ECS_ROOT/infra/images/postgres-entrypoint.sh" "$dir/usr/local/bin/docker-entrypoint.sh"
  mkdir -p "$dir/docker-entrypoint-initdb.d"
  # The library that compiles queries at run time, for long reports, is a third of the image.
  rm -rf "$dir"/usr/lib/postgresql/15/lib/{bitcode,llvmjit*} "$dir"/usr/lib/*/libLLVM* "$dir"/usr/lib/*/libz3*
  slim_rootfs "$dir"
}

image_config() {
  cat <<'CONFIG'
ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV PGDATA=/var/lib/postgresql/data
ENV LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
CONFIG
}
