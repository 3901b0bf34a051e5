# shellcheck shell=bash
# The .NET SDK: found, never installed.

require_sdk() {
  command -v dotnet >/dev/null || die "the .NET SDK 10 is not installed (no dotnet on the PATH)" \
    "Install it as https://learn.microsoft.com/dotnet/core/install/linux says, and run this again."
  (cd "$ECS_ROOT" && dotnet --version >/dev/null 2>&1) || die "the installed .NET SDK is too old for global.json" \
    "dotnet --list-sdks shows what is there; 10.0 is needed."
}

# with_compiler <dotnet build command...>: one compiler server for the projects of this build, which halves the work,
# and no other's; it is ended with the build, so that nothing stays behind.
with_compiler() {
  local pipe=ecs-events-$BASHPID status=0 process
  "$@" -p:UseSharedCompilation=true "-p:SharedCompilationId=$pipe" || status=$?
  for process in /proc/[0-9]*; do
    if { tr '\0' ' ' <"$process/cmdline" | grep -q "VBCSCompiler.*-pipename:$pipe"; } 2>/dev/null; then
      kill "${process#/proc/}" 2>/dev/null || true
    fi
  done
  return $status
}
