# shellcheck shell=bash
# RabbitMQ 3.10 of Debian 12, with the behaviour of the official image that compose, the tests and Testcontainers use.

build_image() {
  local dir=$1
  copy_of_base "$dir"
  rootfs_install "$dir" rabbitmq-server
  install -m 755 "$ECS_ROOT/infra/images/rabbitmq-entrypoint.sh" "$dir/usr/local/bin/docker-entrypoint.sh"
  # As in the official image: the first user may come from another machine, and the log goes to the console.
  mkdir -p "$dir/etc/rabbitmq/conf.d"
  printf 'loopback_users.guest = false\nlog.console = true\n' >"$dir/etc/rabbitmq/conf.d/10-defaults.conf"
  rm -rf "$dir"/var/lib/rabbitmq/mnesia "$dir"/var/lib/rabbitmq/.erlang.cookie
  slim_rootfs "$dir"
}

image_config() {
  cat <<'CONFIG'
ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV HOME=/var/lib/rabbitmq
ENV LANG=C.UTF-8
ENV RABBITMQ_LOGS=-
VOLUME /var/lib/rabbitmq
EXPOSE 4369 5672 25672
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]
CONFIG
}
