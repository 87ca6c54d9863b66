#!/usr/bin/env bash
# Builds the plugins as they ship - Embedded Swift, stripped, one exported symbol - into build/plugins.
#
#   scripts/build-plugins.sh [product]...      e.g. tenon-identity-output
#
# Its own scratch folder, because the same sources build in ordinary Swift for the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-plugins
out=build/plugins
products=("$@")
if ((${#products[@]} == 0)); then
  for entry in Plugins/*/*Entry; do
    [[ -e $entry/Placeholder.swift ]] && continue
    target=$(basename "$entry")
    # "BoundKeypairAgentEntry" is the product "tenon-bound-keypair-agent".
    products+=("tenon$(sed -E 's/Entry$//; s/([A-Z])/-\L\1/g' <<<"$target")")
  done
fi

mkdir -p "$out"
export TENON_PLUGINS_EMBEDDED=1
for product in "${products[@]}"; do
  # Without the option SwiftPM deletes Package.resolved, as this shape of the package needs nothing.
  swift build -c release --scratch-path "$scratch" --product "$product" \
    --disable-automatic-resolution
  built=$scratch/release/lib$product.so
  plugin=$out/$product.so

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
