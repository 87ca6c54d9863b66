#!/usr/bin/env bash
# Builds the plugins as they ship - Embedded Swift, stripped, one exported symbol - into build/plugins.
#
#   scripts/build-plugins.sh [product]...      e.g. tenon-identity-output
#
# Its own scratch folder, because the same sources build in ordinary Swift for the tests. SwiftPM makes an
# archive and the link is done here: SwiftPM writes a run path into every shared object, and a plugin
# must have none. What a plugin links besides is in Plugins/<Name>/<product>.link, one line of linker
# arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-plugins
out=build/plugins
products=("$@")
if ((${#products[@]} == 0)); then
  for entry in Plugins/*/*Entry; do
    [[ -e $entry/Placeholder.swift ]] && continue
    target=$(basename "$entry")
    # "BoundKeypairAgentEntry" is the product "tenon-bound-keypair-agent", "TPMAgentEntry" is
    # "tenon-tpm-agent".
    products+=("tenon$(sed -E 's/Entry$//; s/([A-Z]+)([A-Z][a-z])/-\L\1\E\2/g; s/([A-Z])/-\L\1/g' \
      <<<"$target")")
  done
fi

# The toolchain's own clang and lld, which match its objects.
clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
# shellcheck disable=SC2054 # the commas belong to -Wl
link=(-shared -fuse-ld=lld -Wl,-z,defs -Wl,-z,now -Wl,-z,relro -Wl,-z,nodelete
  -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--icf=all -Wl,--build-id=sha1
  -Wl,--version-script=Plugins/plugin.map)

mkdir -p "$out"
export TENON_PLUGINS_EMBEDDED=1
for product in "${products[@]}"; do
  # Without the option SwiftPM deletes Package.resolved, as this shape of the package needs nothing.
  swift build -c release --scratch-path "$scratch" --product "$product" \
    --disable-automatic-resolution
  built=$scratch/$product.so
  plugin=$out/$product.so
  libraries=()
  for list in Plugins/*/"$product.link"; do
    [[ -e $list ]] && read -ra libraries <"$list"
  done
  "$clang" "${link[@]}" -o "$built" \
    -Wl,--whole-archive "$scratch/release/lib$product.a" -Wl,--no-whole-archive \
    "${libraries[@]}"

  exported=$(nm -D --defined-only "$built" | awk '{ print $NF }' | sort | tr '\n' ' ')
  if [[ $exported != "tenon_module_open " ]]; then
    echo "build-plugins: $product exports $exported; only tenon_module_open may be visible" >&2
    exit 1
  fi
  needed=$(readelf -d "$built" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  if grep -qiE 'swift|foundation' <<<"$needed"; then
    echo "build-plugins: $product needs a Swift runtime: $needed" >&2
    exit 1
  fi

  # Renamed into place, so that a host that has the old one open keeps a whole file.
  strip -o "$plugin.new" "$built"
  chmod 0644 "$plugin.new"
  mv "$plugin.new" "$plugin"
  printf '%8d bytes  %s\n' "$(stat -c %s "$plugin")" "$plugin"
done
