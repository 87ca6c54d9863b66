#!/usr/bin/env bash
# Measures everything that has a budget, on the release build, and writes docs/benchmarks.md.
#
#   scripts/bench.sh                        the release build, which must be there
#   BENCH_OUT=FILE scripts/bench.sh         writes there; takes the debug build when it must
#
# A missed budget is written down and fails nothing; a call that fails does, because its time would
# mean nothing. Loads go to loopback only and are bounded in count. Run it on an idle machine.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
# shellcheck source=scripts/budgets.sh
source scripts/budgets.sh
umask 022

out=${BENCH_OUT:-docs/benchmarks.md}
# shellcheck disable=SC2034,SC2154  # the parts below read and set these
joins=${BENCH_JOINS:-300}
programs=.build-release/release
if [[ ! -x $programs/tenon-bench || ! -x $programs/tenond ]]; then
  if [[ -z ${BENCH_OUT:-} ]]; then
    echo "bench: the release build is not complete; run make bench, which makes it" >&2
    exit 1
  fi
  programs=.build/debug
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/tenon-bench.XXXXXX")
cleanup() {
  loopback_stop
  if mountpoint -q "$work/root/proc"; then umount "$work/root/proc"; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'echo "bench: stopped at line $LINENO, nothing was written" >&2' ERR

TENON_BUILD=${programs##*/} DESTDIR='' PREFIX=$work/usr scripts/install.sh
PATH=$work/usr/bin:$PATH
rows=()
# row <what> <measured, in words> <number> <budget or nothing> <unit> <goal> [at-least]
row() {
  local verdict='' budget=''
  if [[ -n $4 ]]; then
    budget="$(awk -v n="$4" -v unit="$5" 'BEGIN {
      print unit == "MB" ? n / 1e6 : unit == "KB" ? n / 1e3 : n }')${5:+ $5}"
    verdict=$(awk -v have="$3" -v limit="$4" -v least="${7:-}" 'BEGIN {
      print (least == "at-least" ? have >= limit : have <= limit) ? "held" : "**missed**" }')
  fi
  rows+=("| $1 | $2 | $budget | $verdict | $6 |")
  printf '%-58s %s\n' "$1" "$2${budget:+  (budget $budget: ${verdict//\*/})}"
}
megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }
result() { awk -v name="$2" '$1 == name { print $2 }' "$1"; }

# shellcheck source=scripts/bench-sizes.sh
source scripts/bench-sizes.sh
# shellcheck source=scripts/bench-memory.sh
source scripts/bench-memory.sh
# shellcheck source=scripts/bench-times.sh
source scripts/bench-times.sh
# shellcheck source=scripts/bench-crashes.sh
source scripts/bench-crashes.sh

compiler=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9.]+).*/\1/p' | head -n 1)
system=$(sed -nE 's/^PRETTY_NAME="(.*)"$/\1/p' /etc/os-release)
processor=$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
cat >"$work/page.md" <<PAGE
# Benchmarks

Written by \`make bench\`. A budget is a promise; CI keeps it where it is a size, because the speed of a shared machine is no promise of
ours. The goal is where a number should go. Lowering a budget is progress, raising one needs a [decision record](decisions/README.md).

Measured on $(date -u +%Y-%m-%d): $(nproc) processors (${processor:-unknown}), $system, Swift $compiler, ${programs##*/} build.
One MB is a million bytes. All figures are of one run.

| What | Measured | Budget | | Goal |
|---|---|---|---|---|
$(printf '%s\n' "${rows[@]}")

How each is measured:

- **Sizes** are bytes of the stripped files. The **root file system** holds everything but the kernel: the program, the two plugins of the
  agent, and the shared libraries they are linked to; $root_how.
  What **TPM support** adds is the same with the TPM plugin and its libraries in it, less the same without.
- **Memory** is of a process that has done its work and waits: the agent in daemon mode an hour before its next renewal, the authority after the
  joins of this run. Private is the anonymous memory, which no file stands behind; the rest are pages of the program's file, which
  the kernel may drop or share. What **joining by TPM** adds is one such agent less another that joined with a key pair.
- **\`tenon version\`** and the **one-shot joins** are whole processes, from start to end, by hyperfine. A first join starts from nothing but a
  registered key; a rejoin has a valid identity. Both write one identity output, and both share the processors with the authority.
  Each file is synced before anything relies on it; on this disk, starting a program that writes and syncs one took $sync_time ms.
- **A join by TPM** is the same, on a software TPM (swtpm, with an endorsement certificate). A meter between the two adds up the time from each
  command to its answer, in the same runs; most of it makes a fresh attestation key, which takes longer in some runs than in others. The
  **ceremony** lasts from the first command to the last answer, with the authority's part in it; the one-shot join is the whole process.
- **Joins per second of one core** divide $total joins by the processor time that \`tenond\` spent on them. Each has a connection, a TLS handshake and keys
  of its own; $lanes agents join at a time, on the same machine.
- The **crash campaign** is \`TENON_BUILD=release CRASH_RUNS=5000 make crash-test\`, at another time ([Tests/Crash](../Tests/Crash/README.md)).
- **Overhead** is what the host adds to a call: the hosted call less the same call made directly, the best of seven rounds.
PAGE
mkdir -p "$(dirname "$out")"
cp "$work/page.md" "$out"
echo "bench: wrote $out"
