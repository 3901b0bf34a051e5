# shellcheck shell=bash
# What the tests need besides Docker: AWS CLIs, boto3, Node and ShellCheck.

# install_test_tools: in one run of apt, each of which costs seconds.
install_test_tools() {
  local packages=(awscli python3-boto3 shellcheck)
  if ! { command -v node && command -v npm; } >/dev/null; then packages+=(nodejs npm); fi
  install_packages "${packages[@]}"
}

# Debian's awscli 2.9 is the oldest that must work; the one that a user already has is tried as well.
find_aws_clis() {
  local path list=() seen=
  while read -r path; do
    case "$seen" in *"|$(readlink -f "$path")|"*) continue ;; esac
    seen="$seen|$(readlink -f "$path")|"
    if "$path" --version >/dev/null 2>&1; then list+=("$path"); fi
  done < <({ type -ap aws; echo /usr/bin/aws; } | awk '!known[$0]++')
  ECS_TEST_AWS_CLIS=$(IFS=:; printf '%s' "${list[*]}")
  export ECS_TEST_AWS_CLIS
}

# Node programs of tests and examples, with exactly the packages of their lock files.
restore_node_programs() {
  local lock dir
  while read -r lock; do
    dir=$(dirname "$lock")
    if [ "$dir/node_modules/.package-lock.json" -nt "$lock" ]; then continue; fi
    say "npm ci in ${dir#"$ECS_ROOT"/}"
    (cd "$dir" && quietly "$ECS_LOGS/npm.log" npm ci --no-audit --no-fund) ||
      die "npm could not install the packages of $lock" "$ECS_LOGS/npm.log says why."
  done < <(find "$ECS_ROOT/tests" "$ECS_ROOT/examples" -name node_modules -prune -o -name package-lock.json -print)
}
