# shellcheck shell=bash
# The .NET runtime of the installed SDK on Debian 12, for programs without ICU: globalisation is invariant.

# Where the SDK in use lives: the folder with host/, shared/ and sdk/.
dotnet_home() {
  local home
  home=$(dotnet --list-runtimes | tac | grep -m 1 '^Microsoft\.AspNetCore\.App 10\.' | sed 's,.*\[\(.*\)/shared/.*,\1,')
  [ -n "$home" ] || die "the installed .NET SDK has no ASP.NET Core 10 runtime" \
    "dotnet --list-runtimes shows what it has."
  printf '%s\n' "$home"
}

# newest_of <folder>: the newest 10.x version in it.
newest_of() { find "$1" -mindepth 1 -maxdepth 1 -name '10.*' -printf '%f\n' | sort -V | tail -n 1; }

build_image() {
  local dir=$1 home version framework
  home=$(dotnet_home)
  copy_of_base "$dir"
  mkdir -p "$dir/usr/share/dotnet/shared" "$dir/usr/share/dotnet/host/fxr"
  cp "$home/dotnet" "$dir/usr/share/dotnet/dotnet"
  version=$(newest_of "$home/host/fxr")
  cp -a "$home/host/fxr/$version" "$dir/usr/share/dotnet/host/fxr/"
  for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    version=$(newest_of "$home/shared/$framework")
    mkdir -p "$dir/usr/share/dotnet/shared/$framework"
    cp -a "$home/shared/$framework/$version" "$dir/usr/share/dotnet/shared/$framework/"
  done
  ln -s /usr/share/dotnet/dotnet "$dir/usr/bin/dotnet"
  slim_rootfs "$dir"
}

image_config() {
  cat <<'CONFIG'
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV DOTNET_RUNNING_IN_CONTAINER=true
ENV DOTNET_ROOT=/usr/share/dotnet
ENV LANG=C.UTF-8
CONFIG
}
