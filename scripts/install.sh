#!/usr/bin/env bash
# Copies programs, plugins and headers to $DESTDIR$PREFIX. Builds nothing.
#
# The release build is taken when it exists, else the debug build, which runs only where its Swift
# toolchain is; TENON_BUILD=debug or TENON_BUILD=release decides otherwise. Files get modes 0755 and
# 0644 whatever the umask says: the host loads no plugin from a file or directory that others may write.
set -euo pipefail
cd "$(dirname "$0")/.."

root="${DESTDIR:-}${PREFIX:-/usr/local}"
build=${TENON_BUILD:-debug}
[[ -z ${TENON_BUILD:-} && -x .build-release/release/tenon ]] && build=release
case $build in
  debug) programs=.build/debug ;;
  release) programs=.build-release/release ;;
  *)
    echo "install: TENON_BUILD is \"$build\"; it must be debug or release" >&2
    exit 1
    ;;
esac
plugins=${TENON_BUILT_PLUGINS:-build/plugins}

for program in tenon tenond tenonctl; do
  if [[ ! -x $programs/$program ]]; then
    echo "install: $programs/$program does not exist; run make build or make release first" >&2
    exit 1
  fi
done
if ! compgen -G "$plugins/*.so" >/dev/null; then
  echo "install: no plugin in $plugins; run make plugins first" >&2
  exit 1
fi

directory() { install -d -m 0755 "$@"; }

directory "$root" "$root/bin" "$root/lib" "$root/lib/tenon" "$root/lib/tenon/plugins" "$root/include"
for program in tenon tenond tenonctl; do
  install -m 0755 "$programs/$program" "$root/bin/$program"
done
ln -sf tenon "$root/bin/tbot"
ln -sf tenonctl "$root/bin/tctl"
install -m 0644 "$plugins"/*.so "$root/lib/tenon/plugins/"
while IFS= read -r header; do
  directory "$root/include/$(dirname "$header")"
  install -m 0644 "Sources/PluginABI/include/$header" "$root/include/$header"
done < <(cd Sources/PluginABI/include && find tenon -name '*.h' | sort)

echo "installed into $root ($build build)"
