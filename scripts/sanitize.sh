#!/usr/bin/env bash
# Runs the unit tests under a sanitizer, in a build folder of its own.
#
# Leaves out what only counts: campaigns of tens of thousands of runs through the same code, too long for
# instrumented programs. SANITIZE_SKIP is the pattern of other names to leave out, "" for none.
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
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:exitcode=66:suppressions=$PWD/scripts/tsan.supp}

left_out=${SANITIZE_SKIP-CloneCampaign}
test=(swift test --scratch-path "$scratch" --sanitize="$1" --disable-xctest)
[[ -n $left_out ]] && test+=(--skip "$left_out")
swift build --scratch-path "$scratch" --sanitize="$1" --product tenonPackageTests 2>&1 |
  grep --line-buffered -v 'ld.gold: warning: Cannot export local symbol'
((PIPESTATUS[0] == 0)) || exit 1

if [[ $1 == thread ]]; then
  clang=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
  "$clang" -O2 -fPIC -shared -o "$scratch/tsan-mutex.so" scripts/tsan-mutex.c || exit 1
  export LD_PRELOAD=$PWD/$scratch/tsan-mutex.so
fi
# One test at a time: an instrumented program is so slow that many at once run into their own deadlines.
"${test[@]}" --skip-build --no-parallel 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
unset LD_PRELOAD

reports=$(grep -cE '(ERROR: AddressSanitizer|WARNING: ThreadSanitizer)' "$log")
total=$(sed -nE 's/^.*Test run with ([0-9]+) tests?.* passed after.*$/\1/p' "$log" | tail -n 1)
echo "sanitizer: ${total:-no} tests passed, $reports reports, exit code $status, left out: ${left_out:-nothing}, log in $log"
((status == 0 && reports == 0 && ${total:-0} > 0))
