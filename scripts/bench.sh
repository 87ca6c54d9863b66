#!/usr/bin/env bash
# Measures everything that has a budget, on the release build, and writes docs/benchmarks.md.
#
# Loads go to loopback only and are bounded in count. Run it on a machine with nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
umask 022

joins=${BENCH_JOINS:-40}
out=docs/benchmarks.md

work=$(mktemp -d "${TMPDIR:-/tmp}/tenon-bench.XXXXXX")
cleanup() {
  loopback_stop
  if mountpoint -q "$work/root/proc"; then umount "$work/root/proc"; fi
  rm -rf "$work"
}
trap cleanup EXIT

if [[ ! -x .build-release/release/tenon ]]; then
  echo "bench: there is no release build; run make release first" >&2
  exit 1
fi
TENON_BUILD=release DESTDIR='' PREFIX=$work/usr scripts/install.sh
PATH=$work/usr/bin:$PATH

rows=()
# row <what> <measured> <number> <budget number, or nothing> <budget> <goal>
row() {
  local verdict='-'
  if [[ -n $4 ]]; then
    verdict=$(awk -v have="$3" -v limit="$4" -v more="${7:-}" 'BEGIN {
      held = more == "more" ? have >= limit : have <= limit; print held ? "held" : "**missed**" }')
  fi
  rows+=("| $1 | $2 | $5 | $verdict | $6 |")
  printf '%-64s %s (budget %s)\n' "$1" "$2" "$5"
}
megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f MB", bytes / 1e6 }'; }
from_json() { jq -r "$2" "$1"; }

# --- sizes ---------------------------------------------------------------------------------------

size=$(stat -L -c %s "$work/usr/bin/tenon")
row '`tenon`, release, stripped, static Swift runtime' "$(megabytes "$size")" "$size" 28000000 '28 MB' '14 MB'
for program in tenond tenonctl; do
  size=$(stat -L -c %s "$work/usr/bin/$program")
  row "\`$program\`, the same way" "$(megabytes "$size")" "$size" '' '-' '-'
done
for plugin in "$work/usr/lib/tenon/plugins"/*.so; do
  size=$(stat -c %s "$plugin")
  row "plugin \`$(basename "$plugin")\`" "$(awk -v b="$size" 'BEGIN { printf "%.1f KB", b / 1e3 }')" \
    "$size" 150000 '150 KB' '100 KB'
done

# --- the smallest root file system ---------------------------------------------------------------

root=$work/root
mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/tmp" "$root/lib/tenon/plugins"
install -m 0755 "$work/usr/bin/tenon" "$root/bin/tenon"
agent_plugins=()
while IFS= read -r plugin; do agent_plugins+=("$plugin"); done < <(
  find "$work/usr/lib/tenon/plugins" -name '*.so' ! -name '*authority*')
install -m 0644 "${agent_plugins[@]}" "$root/lib/tenon/plugins/"
while IFS= read -r library; do
  mkdir -p "$root$(dirname "$library")"
  install -m 0755 "$(readlink -f "$library")" "$root$library"
done < <(ldd "$work/usr/bin/tenon" "${agent_plugins[@]}" | grep -oE '/[^ ]+\.so[^ ]*' | grep -v "^$work" |
  sed 's/:$//' | sort -u)
echo '127.0.0.1 localhost' >"$root/etc/hosts"
root_size=$(find "$root" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')

# --- an authority and a bot ----------------------------------------------------------------------

loopback_authority "$work/authority" bench.test
export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca
cp "$authority_ca" "$root/etc/trust.pem"

tctl create -f >/dev/null <<'YAML'
kind: role
version: v7
metadata: {name: login}
spec: {allow: {logins: [bench]}}
---
kind: bot
version: v1
metadata: {name: bench}
spec: {roles: [login]}
YAML

# prepare <name> <storage> <destination or nothing> [line]... : a key registered beforehand, a token
# that allows any number of joins with it, and a configuration.
prepare() {
  local name=$1 storage=$2 destination=$3 key
  shift 3
  key=$(tbot keypair create --storage "$storage" --proxy-server="localhost:$authority_port" \
    --format=json 2>/dev/null | jq -er .public_key)
  tctl create -f >/dev/null <<YAML
kind: token
version: v2
metadata: {name: $name}
spec:
  roles: [Bot]
  bot_name: bench
  join_method: bound_keypair
  bound_keypair:
    onboarding: {initial_public_key: "$key"}
    recovery: {mode: insecure, limit: 100000}
YAML
  {
    printf 'version: v2\nproxy_server: localhost:%s\n' "$authority_port"
    printf 'onboarding: {join_method: bound_keypair, token: %s}\n' "$name"
    printf 'storage: {type: directory, path: %s}\n' "$storage"
    (($# == 0)) || printf '%s\n' "$@"
    if [[ -n $destination ]]; then
      printf 'services:\n  - type: identity\n    destination: {type: directory, path: %s}\n' "$destination"
    fi
  } >"$work/$name.yaml"
}

# The root file system must really run: a join inside it, with nothing else to load.
if [[ $(id -u) == 0 ]]; then
  prepare inroot "$root/tmp/storage" /tmp/out 'oneshot: true'
  sed "s|$root||" "$work/inroot.yaml" >"$root/etc/tbot.yaml"
  mount -t proc proc "$root/proc"
  SSL_CERT_FILE=/etc/trust.pem chroot "$root" /bin/tenon start -c /etc/tbot.yaml >"$work/inroot.log" 2>&1 || {
    cat "$work/inroot.log" >&2
    echo "bench: the agent did not join from the small root file system" >&2
    exit 1
  }
  umount "$root/proc"
  [[ -s $root/tmp/out/identity ]]
  how='a join ran inside it'
else
  how='not run: needs root'
fi
row "root file system that runs agent, bound_keypair and identity ($how)" "$(megabytes "$root_size")" \
  "$root_size" 34000000 '34 MB' '20 MB'

# --- memory --------------------------------------------------------------------------------------

prepare idle "$work/idle" "$work/idle-out" 'renewal_interval: 1h' 'credential_ttl: 2h'
tenon start -c "$work/idle.yaml" >"$work/idle.log" 2>&1 &
idle_pid=$!
loopback_pids+=("$idle_pid")
loopback_until 300 test -s "$work/idle-out/identity"
# Idle is when its processor time no longer moves.
settled() {
  local before
  before=$(awk '{ print $14 + $15 }' "/proc/$idle_pid/stat")
  sleep 2
  [[ $(awk '{ print $14 + $15 }' "/proc/$idle_pid/stat") == "$before" ]]
}
loopback_until 10 settled
read -r resident private threads < <(awk '
  /^Rss:/ { rss = $2 } /^Private_Dirty:/ { private = $2 } /^Threads:/ { threads = $2 }
  END { print rss, private, threads }' "/proc/$idle_pid/smaps_rollup" "/proc/$idle_pid/status")
loopback_stop_one "$idle_pid"
row 'resident memory, idle' "$(megabytes $((resident * 1024))) ($threads threads)" $((resident * 1024)) \
  22000000 '22 MB' '12 MB'
row 'of it private (dirty pages)' "$(megabytes $((private * 1024)))" $((private * 1024)) 4000000 '4 MB' '2.5 MB'

# --- times ---------------------------------------------------------------------------------------

hyperfine -N --warmup 5 --min-runs 50 --export-json "$work/version.json" 'tenon version' >/dev/null 2>&1
mean=$(from_json "$work/version.json" '.results[0].mean * 1000')
row '`tenon version`' "$(printf '%.1f ms (least %.1f)' "$mean" \
  "$(from_json "$work/version.json" '.results[0].min * 1000')")" "$mean" 6 '6 ms' '3 ms'

prepare once "$work/once" "$work/once-out" 'oneshot: true'
hyperfine -N --warmup 2 --runs 20 --export-json "$work/rejoin.json" \
  "tenon start -c $work/once.yaml" >/dev/null 2>&1
mean=$(from_json "$work/rejoin.json" '.results[0].mean * 1000')
row 'one-shot join with one identity output, authority on loopback' \
  "$(printf '%.0f ms (least %.0f)' "$mean" "$(from_json "$work/rejoin.json" '.results[0].min * 1000')")" \
  "$mean" 120 '120 ms' '40 ms'

# Joins alone, several agents at once: what one join costs the authority in processor time. That is
# the figure that counts for "per second and core"; the agents themselves share this machine.
lanes=$(nproc)
for ((lane = 0; lane < lanes; lane++)); do
  prepare "lane$lane" "$work/lane$lane" '' 'oneshot: true'
  tenon start -c "$work/lane$lane.yaml" >/dev/null 2>&1
done
ticks=$(getconf CLK_TCK)
spent() { awk '{ print $14 + $15 }' "/proc/$authority_pid/stat"; }
before=$(spent)
began=$(date +%s.%N)
lane_pids=()
for ((lane = 0; lane < lanes; lane++)); do
  (for ((n = 0; n < joins; n++)); do
    tenon start -c "$work/lane$lane.yaml" >/dev/null 2>&1 || exit 1
  done) &
  lane_pids+=("$!")
done
for pid in "${lane_pids[@]}"; do wait "$pid"; done
ended=$(date +%s.%N)
rate=$(awk -v n=$((joins * lanes)) -v t="$ticks" -v a="$before" -v b="$(spent)" \
  'BEGIN { printf "%.0f", n / ((b - a) / t) }')
wall=$(awk -v n=$((joins * lanes)) -v a="$began" -v b="$ended" 'BEGIN { printf "%.0f", n / (b - a) }')
row 'authority: bound_keypair joins per second of one core' "$rate ($wall a second in all, agents included)" \
  "$rate" 300 300 '80 % of its signatures' more

# --- calls ---------------------------------------------------------------------------------------

if [[ -x .build-release/release/tenon-bench ]]; then
  TENON_TEST_PLUGINS=$work/usr/lib/tenon/plugins .build-release/release/tenon-bench >"$work/calls"
  plugin_call=$(sed -nE 's/^plugin-call ([0-9.]+)$/\1/p' "$work/calls")
  command_call=$(sed -nE 's/^command-call ([0-9.]+)$/\1/p' "$work/calls")
  row 'host overhead of a plugin call' "$plugin_call µs" "$plugin_call" 20 '20 µs' '-'
  row 'host overhead of a command call through libffi' "$command_call µs" "$command_call" 2 '2 µs' '-'
fi

{
  cat <<HEAD
# Benchmarks

Written by \`make bench\`. A budget is a promise that CI keeps where it is a size; the goal is where the number should go. Lowering a
budget is progress, raising one needs a decision record.

Measured $(date -u +%Y-%m-%d) on $(nproc) processors ($(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)), $(
    . /etc/os-release
    echo "$PRETTY_NAME"
  ), $(swift --version 2>/dev/null | sed -nE 's/.*(Swift version [0-9.]+).*/\1/p' | head -n 1).

| What | Measured | Budget | | Goal |
|---|---|---|---|---|
HEAD
  printf '%s\n' "${rows[@]}"
  cat <<TAIL

How to read them:

- The root file system holds everything but the kernel: program, plugins of the agent, and the shared libraries both need.
- Idle means a daemon that has written its output and waits an hour for the next renewal.
- The one-shot join is the whole process: start, join over TLS, certificates for the output, files on disk, end.
- Joins per second of one core divide $((joins * lanes)) joins by the processor time that \`tenond\` spent on them.
TAIL
} >"$out"
echo "bench: wrote $out"
