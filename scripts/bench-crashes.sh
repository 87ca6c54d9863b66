# shellcheck shell=bash
# The figure of the last long crash campaign. Sourced by bench.sh.
#
# A campaign takes the better part of an hour, so it is not made here: its last line is in
# build/crash-test.txt, or its row is already on the page.

crash_row='crash campaign: lock-outs, lost keys and torn files'
if [[ -s build/crash-test.txt ]]; then
  read -r runs lockouts lost torn seed < <(
    sed -nE 's/^crash-test: ([0-9]+) runs .*, ([0-9]+) lock-outs, ([0-9]+) lost keys, ([0-9]+) torn files, seed ([0-9]+),.*/\1 \2 \3 \4 \5/p' \
      build/crash-test.txt)
  row "$crash_row" "$lockouts, $lost and $torn in $runs runs (seed $seed)" \
    "$((lockouts + lost + torn))" 0 '' 0
elif kept=$(grep -F "| $crash_row |" docs/benchmarks.md); then
  rows+=("$kept")
fi
