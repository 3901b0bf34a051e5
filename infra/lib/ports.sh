# shellcheck shell=bash
# Ports that the stack needs on this machine.

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The program that listens on a port, where this machine can tell.
port_owner() {
  local container owner=
  container=$(docker ps --format '{{.Names}} {{.Ports}}' | sed -n "s/^\([^ ]*\) .*:$1->.*/\1/p" | head -n 1)
  if [ -n "$container" ]; then printf 'the container %s\n' "$container"; return 0; fi
  if command -v ss >/dev/null; then
    owner=$(ss -Hltnp "sport = :$1" 2>/dev/null | head -n 1 |
      sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1, process \2/p')
  fi
  printf '%s\n' "${owner:-another program}"
}

# require_port <port> <what for> <setting>: free, or the script stops and says who has it.
require_port() {
  [[ $1 =~ ^[1-9][0-9]{0,4}$ && $1 -le 65535 ]] || die "$3=$1 is no port" "A number from 1 to 65535: $3=<port> infra/up.sh"
  if port_is_taken "$1"; then
    die "port $1 on this machine is taken by $(port_owner "$1"); it is needed for $2" \
      "Stop that program, or choose another port: $3=<port> infra/up.sh"
  fi
}

# require_stack_ports: those of the services that are not running already.
require_stack_ports() {
  [ -n "$(container_of rabbitmq running)" ] || require_port "${ECS_BUS_PORT:-5672}" "RabbitMQ" ECS_BUS_PORT
  [ -n "$(container_of postgres running)" ] || require_port "${ECS_POSTGRES_PORT:-5432}" "PostgreSQL" ECS_POSTGRES_PORT
  [ -n "$(container_of gateway running)" ] || require_port "${ECS_GATEWAY_PORT:-8080}" "the Gateway" ECS_GATEWAY_PORT
  [ -n "$(container_of agent running)" ] || require_port "${ECS_AGENT_PORT:-8083}" "the Agent's health" ECS_AGENT_PORT
}
