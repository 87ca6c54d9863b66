# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034
# Times of whole processes, joins per second, and what a call costs. Sourced by bench.sh.

# timed <name> <runs> <prepare command or nothing> <command> : sets mean, least and work_time (of the processor), in ms.
timed() {
  local -a prepare=()
  if [[ -n $3 ]]; then prepare=(--prepare "$3"); fi
  hyperfine -N --warmup 2 --runs "$2" "${prepare[@]}" --export-json "$work/$1.json" "$4" \
    >"$work/$1.log" 2>&1 || {
    tail -n 5 "$work/$1.log" >&2
    echo "bench: $4 failed" >&2
    exit 1
  }
  mean=$(jq '.results[0].mean * 1000' "$work/$1.json")
  least=$(jq '.results[0].min * 1000' "$work/$1.json")
  work_time=$(jq '(.results[0].user + .results[0].system) * 1000' "$work/$1.json")
}

timed nothing 100 '' /bin/true
nothing=$mean
timed version 100 '' 'tenon version'
row '`tenon version`' "$(printf '%.1f ms (least %.1f; /bin/true takes %.1f)' "$mean" "$least" "$nothing")" \
  "$mean" "$budget_version" ms '3 ms'

prepare first "$work/first" "$work/first-out" 'oneshot: true'
cp -a "$work/first" "$work/first-key"
timed first 20 "sh -c 'rm -rf $work/first $work/first-out && cp -a $work/first-key $work/first'" \
  "tenon start -c $work/first.yaml"
row 'one-shot first join with one identity output' "$(printf '%.0f ms (least %.0f; the agent computes for %.0f)' "$mean" "$least" "$work_time")" \
  "$mean" "$budget_join" ms '40 ms'
prepare again "$work/again" "$work/again-out" 'oneshot: true'
timed again 20 '' "tenon start -c $work/again.yaml"
row 'one-shot rejoin with one identity output' "$(printf '%.0f ms (least %.0f; the agent computes for %.0f)' "$mean" "$least" "$work_time")" \
  "$mean" "$budget_join" ms '40 ms'

# A join by TPM, with the TPM's own share of it: the meter sees every command that a run sends.
gcc -std=gnu11 -O2 -Wall -Werror scripts/tpm-meter.c -o "$work/tpm-meter"
"$work/tpm-meter" "$tpm_folder/meter" "$tpm_folder/socket" >"$work/meter" 2>"$work/meter.log" &
loopback_pids+=("$!")
loopback_until 100 test -S "$tpm_folder/meter"
prepare_tpm tpm "$work/tpm" "$work/tpm-out" 'oneshot: true'
sed -i "s|$tpm_folder/socket|$tpm_folder/meter|" "$work/tpm.yaml"
timed tpm 20 '' "tenon start -c $work/tpm.yaml"
# Two runs warm up before the twenty; each is one connection, or this says nothing.
metered() { (($(wc -l <"$work/meter") == 22)); }
if ! loopback_until 50 metered; then
  cat "$work/meter.log" >&2
  echo "bench: 22 joins used the TPM $(wc -l <"$work/meter") times" >&2
  exit 1
fi
read -r tpm_commands tpm_time tpm_span < <(tail -n 20 "$work/meter" |
  awk '{ n += $1; t += $2; s += $3 } END { print n / NR, t / NR / 1e3, s / NR / 1e3 }')
# over <milliseconds> : as a multiple of what the TPM takes.
over() { awk -v whole="$1" -v tpm="$tpm_time" 'BEGIN { printf "%.2f", whole / tpm }'; }
row 'TPM ceremony, as a multiple of what its commands take' \
  "$(printf '%s (%.0f ms; swtpm takes %.0f for %.0f commands)' \
    "$(over "$tpm_span")" "$tpm_span" "$tpm_time" "$tpm_commands")" "$(over "$tpm_span")" '' '' 1.15
row 'one-shot join by TPM with one identity output, likewise' \
  "$(printf '%s (%.0f ms; the agent computes for %.0f)' "$(over "$mean")" "$mean" "$work_time")" \
  "$(over "$mean")" '' '' 1.15

# What the disk adds: a small file written and synced, as the agent does with each of its files.
began=$EPOCHREALTIME
for ((n = 0; n < 50; n++)); do
  dd if=/dev/zero of="$work/synced" bs=1k count=1 conv=fsync status=none
done
sync_time=$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", (b - a) / 50 * 1000 }')

# --- joins per second ------------------------------------------------------------------------------

lanes=$(nproc)
total=$((joins * lanes))
for ((lane = 0; lane < lanes; lane++)); do
  prepare "lane$lane" "$work/lane$lane" '' 'oneshot: true'
done
spent() { awk '{ print $14 + $15 }' "/proc/$authority_pid/stat"; }
coproc load {
  exec "$programs/tenon-bench" joins --authority "localhost:$authority_port" --trust "$authority_ca" \
    --plugin-dir "$work/usr/lib/tenon/plugins" --method bound_keypair --token lane \
    --storage "$work/lane" --lanes "$lanes" --joins "$joins" 2>"$work/load.log"
}
load_pid=${load_PID:?}
exec {answers}<&"${load[0]}" {go}>&"${load[1]}"
line=''
read -r line <&"$answers" || true
if [[ $line == ready ]]; then
  before=$(spent)
  echo >&"$go"
  cat <&"$answers" >"$work/load"
  after=$(spent)
fi
if ! wait "$load_pid" || [[ $line != ready ]]; then
  cat "$work/load.log" >&2
  echo "bench: the joins failed" >&2
  exit 1
fi
rate=$(awk -v n="$total" -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" \
  'BEGIN { printf "%.0f", n * hertz / (ticks > 0 ? ticks : 1) }')
wall=$(awk -v n="$total" -v t="$(result "$work/load" seconds)" 'BEGIN { printf "%.0f", n / t }')
openssl speed -seconds 1 ecdsap256 >"$work/speed" 2>"$work/speed.log"
signatures=$(awk '/ecdsa.*nistp256/ { printf "%.0f", $(NF - 1) }' "$work/speed")
row 'authority: bound_keypair joins per second of one core' \
  "$rate ($wall a second in all, agents included; one costs as much as $(awk -v s="$signatures" -v r="$rate" \
    'BEGIN { printf "%.0f", s / r }') P-256 signatures of openssl)" \
  "$rate" "$budget_rate" '' '80 % of its signatures' at-least
loopback_until 10 idle "$authority_pid" || true
memory "$authority_pid"
row 'authority, idle: resident memory' "$(megabytes "$resident") ($threads threads)" "$resident" '' '' ''
row 'authority, idle: of it private' "$(megabytes "$private")" "$private" '' '' ''

# --- calls -----------------------------------------------------------------------------------------

gcc -std=gnu11 -O2 -shared -fPIC -fvisibility=hidden -Wl,-z,defs,-z,now,-z,relro,-z,nodelete \
  -I "$work/usr/include" Tests/PluginZoo/good.c -o "$work/echo.so"
"$programs/tenon-bench" calls --plugin "$work/echo.so" >"$work/calls"
# overhead <what> <name> <budget>
overhead() {
  local hosted direct less
  hosted=$(result "$work/calls" "$2-us")
  direct=$(result "$work/calls" "$2-direct-us")
  less=$(awk -v h="$hosted" -v d="$direct" 'BEGIN { printf "%.3f", h - d }')
  row "$1" "$(printf '%.2f µs (direct call %.3f µs)' "$less" "$direct")" "$less" "$3" µs ''
}
overhead 'overhead of a plugin call' plugin-call "$budget_plugin_call"
overhead 'overhead of a command call through libffi' command-call "$budget_command_call"
