#!/usr/bin/env bash
# Fails when something that was built is larger than its budget. Lowering a budget is progress;
# raising one needs a decision record in docs/decisions.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
checked=0
budget() { # budget <file> <bytes> : judges a file that exists
  local size
  size=$(stat -c %s "$1")
  checked=$((checked + 1))
  if ((size > $2)); then
    printf 'budgets: %s has %d bytes, its budget is %d\n' "$1" "$size" "$2" >&2
    failed=1
  else
    printf 'budgets: %-52s %9d of %9d bytes\n' "$1" "$size" "$2"
  fi
}

for plugin in build/plugins/*.so; do
  [[ -e $plugin ]] || {
    echo "budgets: no plugin in build/plugins; run make plugins first" >&2
    exit 1
  }
  budget "$plugin" 150000
  # A plugin carries no Swift runtime and nothing of the host.
  if readelf -d "$plugin" | grep -E 'NEEDED.*(swift|Foundation)'; then
    echo "budgets: $plugin needs a Swift library" >&2
    failed=1
  fi
done

release=.build-release/release/tenon
if [[ -x $release ]]; then
  budget "$release" 28000000
  if readelf -d "$release" | grep -E 'NEEDED.*(swift|Foundation)' ||
    grep -qa 'FoundationInternationalization' "$release"; then
    echo "budgets: $release carries the Swift runtime as a library, or full Foundation" >&2
    failed=1
  fi
else
  echo "budgets: $release is not built; only the plugins were judged"
fi

((failed == 0 && checked > 0))
