#!/usr/bin/env bash
# Builds and runs every test: the Swift suites, then the scripts that drive the real programs.
# Ends with one line, "N passed, N failed", and fails when anything failed or nothing ran.
#
#   scripts/test.sh            everything
#   scripts/test.sh --swift    the Swift suites alone
#
# A script suite is an executable Tests/<Room>/run.sh whose last line is "<name>: N passed, N failed";
# it receives TENON_TEST_TREE, an installed tree, and TENON_TEST_PLUGINS, the folder of the plugins.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

mkdir -p .build
log=.build/test.log
summary=.build/test-summary.txt
rm -f "$summary"
passed=0
failed=0

TENON_TEST_PLUGINS=$PWD/build/plugins
export TENON_TEST_PLUGINS

# Product by product: --build-tests builds the tools of the dependencies too, protoc's C++ among them.
products=(tenonPackageTests)
[[ ${1:-} == --swift ]] || products+=(tenon tenond tenonctl)
for product in "${products[@]}"; do
  swift build --product "$product" || {
    echo "test: $product does not build" >&2
    exit 1
  }
done

# Swift Testing ends with one line for the whole run; one line per failed test stands above it.
# One test at a time: many at once on a small machine run into deadlines that are part of the product.
swift test --skip-build --disable-xctest --no-parallel 2>&1 | tee "$log"
swift_status=${PIPESTATUS[0]}
plain=$(sed 's/\x1b\[[0-9;]*m//g' "$log")
total=$(sed -nE 's/^.*Test run with ([0-9]+) tests?.* (passed|failed) after.*$/\1/p' <<<"$plain" | tail -n 1)
swift_failed=$(grep -cE '^.{0,4}Test .* failed after [0-9.]+ seconds' <<<"$plain" |
  head -n 1)
whole_failed=$(grep -cE '^.{0,4}Test run with .* failed after' <<<"$plain")
swift_failed=$((swift_failed - whole_failed))
if [[ -z $total ]]; then
  echo "test: the Swift run ended without a summary (it crashed, or found no test)" >&2
  total=0
  swift_failed=1
elif ((swift_status != 0 && swift_failed == 0)); then
  swift_failed=1
fi
passed=$((total > swift_failed ? total - swift_failed : 0))
failed=$swift_failed
echo "swift: $passed passed, $failed failed"

if [[ ${1:-} != --swift ]]; then
  tree=$(mktemp -d "${TMPDIR:-/tmp}/tenon-test.XXXXXX")
  trap 'rm -rf "$tree"' EXIT
  if ! TENON_BUILD=debug DESTDIR='' PREFIX="$tree" scripts/install.sh; then
    failed=$((failed + 1))
  fi
  export TENON_TEST_TREE=$tree
  for suite in Tests/*/run.sh; do
    [[ -x $suite ]] || continue
    printf '\n--- %s\n' "$suite"
    "$suite" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    counts=$(sed -nE 's/^([A-Za-z-]+: )?([0-9]+) passed, ([0-9]+) failed.*$/\2 \3/p' "$log" | tail -n 1)
    if [[ -z $counts ]]; then
      echo "test: $suite ended without its counted line" >&2
      failed=$((failed + 1))
      continue
    fi
    read -r suite_passed suite_failed <<<"$counts"
    ((status != 0 && suite_failed == 0)) && suite_failed=1
    passed=$((passed + suite_passed))
    failed=$((failed + suite_failed))
  done
fi

echo
echo "$passed passed, $failed failed" | tee "$summary"
((failed == 0 && passed > 0))
