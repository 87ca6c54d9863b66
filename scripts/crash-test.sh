#!/usr/bin/env bash
# The crash campaign: real programs, sockets and files, struck at chosen instants (Tests/Crash/README.md).
# Ends with one line of what it found, and fails when that is anything.
#
#   scripts/crash-test.sh                                 200 runs
#   CRASH_RUNS=5000 scripts/crash-test.sh                 a long campaign
#   CRASH_SEED=7 CRASH_RUNS=200 scripts/crash-test.sh     the same plans again
#   CRASH_SEED=7 CRASH_ONLY=31 scripts/crash-test.sh      one run of it; KEEP=1 leaves its folder
#
# CRASH_LANES is the number of runs at a time, CRASH_WEAR how often one storage is struck in a row.
# TENON_TEST_TREE is an installed tree; without it the current build is installed (TENON_BUILD).
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

work=$(mktemp -d "${TMPDIR:-/tmp}/tenon-crash.XXXXXX")
cleanup() { if [[ -z ${KEEP:-} ]]; then rm -rf "$work"; else echo "kept $work"; fi; }
trap cleanup EXIT

tree=${TENON_TEST_TREE:-}
if [[ -z $tree ]]; then
  tree=$work/usr
  TENON_BUILD=${TENON_BUILD:-debug} DESTDIR='' PREFIX=$tree scripts/install.sh
fi
export PATH=$tree/bin:$PATH PYTHONDONTWRITEBYTECODE=1
shim=$work/fault.so
gcc -std=gnu11 -O2 -shared -fPIC -Wall -Wextra -Werror Tests/Crash/fault.c -o "$shim" -ldl

if [[ -z ${CRASH_ONLY:-} ]]; then
  python3 Tests/Crash/selftest.py --folder "$work/selftest" --shim "$shim"
fi
# Not a time: two campaigns that start in the same second differ.
seed=${CRASH_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
runs=${CRASH_RUNS:-200}
mkdir -p build
status=0
python3 Tests/Crash/campaign.py --folder "$work/campaign" --shim "$shim" --seed "$seed" \
  --runs "$runs" --wear "${CRASH_WEAR:-200}" --lanes "${CRASH_LANES:-$(($(nproc) + 1))}" \
  ${CRASH_ONLY:+--only "$CRASH_ONLY"} --result "$work/result" || status=$?
if [[ -s $work/result ]]; then cp "$work/result" build/crash-test-last.txt; fi
# The figure of a long campaign is for scripts/bench.sh.
if ((runs >= 1000)) && [[ -z ${CRASH_ONLY:-} && -s $work/result ]]; then
  cp "$work/result" build/crash-test.txt
fi
exit "$status"
