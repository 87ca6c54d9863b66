#!/usr/bin/env bash
# Runs the unit tests under a sanitizer, in a build folder of its own.
#
#   scripts/sanitize.sh address|thread
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

case ${1:-} in
  address) scratch=.build-asan ;;
  thread) scratch=.build-tsan ;;
  *)
    echo "usage: scripts/sanitize.sh address|thread" >&2
    exit 2
    ;;
esac
mkdir -p "$scratch"
log=$scratch/sanitizer.log

# The plugins that ship are opened by some tests; they are Embedded Swift and stay uninstrumented.
[[ -d build/plugins ]] && export TENON_TEST_PLUGINS=$PWD/build/plugins
export ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=1:detect_leaks=0}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:exitcode=66}

swift test --scratch-path "$scratch" --sanitize="$1" --disable-xctest 2>&1 |
  grep --line-buffered -v 'ld.gold: warning: Cannot export local symbol' | tee "$log"
status=${PIPESTATUS[0]}

reports=$(grep -cE '(ERROR: AddressSanitizer|WARNING: ThreadSanitizer)' "$log")
echo "sanitizer: $reports reports, exit code $status, log in $log"
((status == 0 && reports == 0))
