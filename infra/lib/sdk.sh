# shellcheck shell=bash
# The .NET SDK: found, never installed.

require_sdk() {
  command -v dotnet >/dev/null || die "the .NET SDK 10 is not installed (no dotnet on the PATH)" \
    "Install it as https://learn.microsoft.com/dotnet/core/install/linux says, and run this again."
  (cd "$ECS_ROOT" && dotnet --version >/dev/null 2>&1) || die "the installed .NET SDK is too old for global.json" \
    "dotnet --list-sdks shows what is there; 10.0 is needed."
}
