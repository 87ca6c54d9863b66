#!/usr/bin/env bash
# Sees that make abi-check refuses what breaks a plugin and allows what does not, and that the plugins
# printed in the documents compile, export one symbol and pass the validator.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
check() { # check <sentence> <command>...
  local sentence=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "abi: FAILED: $sentence"
    sed 's/^/  /' "$work/log"
  fi
}

# c_blocks <document> <out> : the first C block of a document.
c_block() { awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$1" >"$2"; }

exports_one_symbol() {
  [[ $(nm -D --defined-only "$1" | awk '{ print $3 }') == tenon_module_open ]]
}

scripts/abi-check.sh --self-test | tee "$work/self-test"
read -r self_passed self_failed < <(
  sed -nE 's/^abi-check: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$work/self-test")
passed=$((passed + ${self_passed:-0}))
failed=$((failed + ${self_failed:-1}))

for document in README.md docs/abi/README.md; do
  c_block "$document" "$work/plugin.c"
  check "the plugin in $document compiles without a warning" \
    gcc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror \
    -Wl,-z,defs,-z,now,-z,relro,-z,nodelete -I Sources/PluginABI/include "$work/plugin.c" \
    -o "$work/plugin.so"
  check "the plugin in $document exports one symbol" exports_one_symbol "$work/plugin.so"
  check "the plugin in $document carries its manifest in a note" \
    grep -q 'com.example' <(readelf -n "$work/plugin.so"; strings "$work/plugin.so")
  tenon=${TENON_TEST_TREE:+$TENON_TEST_TREE/bin/tenon}
  if [[ -x ${tenon:-} ]]; then
    check "tenon plugin validate accepts the plugin in $document" \
      "$tenon" plugin validate "$work/plugin.so"
  fi
done

echo "abi: $passed passed, $failed failed"
((failed == 0 && passed > 0))
