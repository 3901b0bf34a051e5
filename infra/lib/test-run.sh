# shellcheck shell=bash
# Running test programs one after another and adding up what their reports say.

total_passed=0 total_failed=0 total_skipped=0
current_pid='' current_log=''

# test_projects [name...]: the test programs of tests/, or those asked for. Benchmarks measure, they do not test.
test_projects() {
  local project name
  for project in "$ECS_ROOT"/tests/*/*.csproj; do
    [ -f "$project" ] || continue
    name=$(basename "$project" .csproj)
    [ "$name" != Benchmarks ] || continue
    if [ $# -eq 0 ] || grep -qxF "$name" < <(printf '%s\n' "$@"); then printf '%s\n' "$name"; fi
  done
}

# require_projects [name...]: a name that is misspelt must not pass for one whose tests passed.
require_projects() {
  local name
  for name; do
    [ -n "$(test_projects "$name")" ] || die "there is no such test project: $name" \
      "Those that are there: $(test_projects | tr '\n' ' ')"
  done
}

# require_classes [name...]: the same for classes of tests.
require_classes() {
  local name
  for name; do
    grep -rqE --include='*.cs' "^public (sealed )?(partial )?class $name\\b" "$ECS_ROOT/tests" ||
      die "there is no such class of tests: $name" "It is the name of a class under tests/, such as Churn."
  done
}

# report_number <report> <attribute>: a count from the report's <assembly> element.
report_number() {
  { grep -o '<assembly [^>]*>' "$1" || true; } | head -n 1 | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p"
}

# run_project <name> <seconds>: one line with its counts; a crash or a timeout is a failure even where every test that
# ended had passed.
run_project() {
  local name=$1 limit=$2 program report log started=$SECONDS status=0 pid arguments note=
  read -ra arguments <<<"${ECS_TEST_FILTER:-}"
  program=$ECS_ROOT/artifacts/bin/$name/release/Ecs.$name
  report=$ECS_LOGS/tests/$name.xml
  log=$ECS_LOGS/tests/$name.log
  rm -f "$report"
  if [ ! -x "$program" ]; then
    count_project "$name" 0 1 0 0 "no program at ${program#"$ECS_ROOT"/}"
    return 0
  fi
  [ -z "${ECS_FAIL_SKIPS:-}" ] || arguments+=(-failSkips)
  # A test that hangs is named in the log before the limit ends it all.
  # A session of its own, so that whatever the tests leave running can be found and ended.
  (cd "$ECS_ROOT" && exec setsid timeout --foreground --kill-after=20 "$limit" \
    "$program" -result-xml "$report" -noColor -longRunning 120 "${arguments[@]}") >"$log" 2>&1 </dev/null &
  pid=$!
  current_pid=$pid current_log=$log
  wait "$pid" || status=$?
  kill -KILL -- "-$pid" 2>/dev/null || true
  current_pid=
  [ $status -ne 124 ] && [ $status -ne 137 ] || note="ended after its limit of $limit s"
  read_report "$name" "$report" "$log" $status $((SECONDS - started)) "$note"
}

read_report() {
  local name=$1 report=$2 log=$3 status=$4 took=$5 note=$6 passed=0 failed=0 skipped=0 errors=0
  if [ -s "$report" ]; then
    passed=$(report_number "$report" passed)
    failed=$(report_number "$report" failed)
    skipped=$(report_number "$report" skipped)
    errors=$(report_number "$report" errors)
  fi
  failed=$((${failed:-0} + ${errors:-0}))
  if [ "$status" -ne 0 ] && [ $failed -eq 0 ]; then
    failed=1
    note=${note:-crashed (exit code $status)}
    remove_containers_of "$log"
  fi
  count_project "$name" "${passed:-0}" $failed "${skipped:-0}" "$took" "$note"
  [ $failed -eq 0 ] || show_failures "$log"
}

count_project() {
  printf '%-24s %5d passed %4d failed %4d skipped  %4d s  %s\n' "$1" "$2" "$3" "$4" "$5" "$6"
  total_passed=$((total_passed + $2))
  total_failed=$((total_failed + $3))
  total_skipped=$((total_skipped + $4))
}

show_failures() {
  printf -- '--- %s\n' "$1"
  if grep -q '\[FAIL\]' "$1"; then
    grep -A 12 '\[FAIL\]' "$1" | cut -c1-200 | head -n 150
  else
    tail -n 40 "$1" | cut -c1-200
  fi
  printf -- '---\n'
}

# end_current_project: when the run itself is ended, so is the program that it waits for, with its containers.
end_current_project() {
  [ -n "$current_pid" ] || return 0
  kill -KILL -- "-$current_pid" 2>/dev/null || true
  remove_containers_of "$current_log"
}

# A test program that was cut short leaves its containers; Testcontainers named them in its log.
remove_containers_of() {
  sed -n 's/.*Docker container \([0-9a-f]\{12\}\) created.*/\1/p' "$1" | sort -u | while read -r container; do
    docker rm -fv "$container" >/dev/null 2>&1 || true
  done
}
