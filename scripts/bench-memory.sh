# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034
# An authority, a bot, a join inside the small root file system, then an idle agent. Sourced by bench.sh.

loopback_authority "$work/authority" bench.test
export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca

tctl create -f >"$work/create.log" <<'YAML'
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

# configure <name> <method> <storage> <destination or nothing> [line]... : writes a configuration.
configure() {
  local name=$1 method=$2 storage=$3 destination=$4
  shift 4
  {
    printf 'version: v2\nproxy_server: localhost:%s\n' "$authority_port"
    printf 'onboarding:\n  join_method: %s\n  token: %s\n' "$method" "$name"
    if [[ $method == tpm ]]; then printf '  tpm: {test_tcti: "%s"}\n' "$tpm_address"; fi
    printf 'storage: {type: directory, path: %s}\n' "$storage"
    (($# == 0)) || printf '%s\n' "$@"
    if [[ -n $destination ]]; then
      printf 'services:\n  - type: identity\n    destination: {type: directory, path: %s}\n' "$destination"
    fi
  } >"$work/$name.yaml"
}

# prepare <name> <storage> <destination or nothing> [line]... : a key registered beforehand, a token
# that allows any number of joins with it, and a configuration.
prepare() {
  local name=$1 storage=$2 key
  key=$(tbot keypair create --storage "$storage" --proxy-server="localhost:$authority_port" \
    --format=json 2>"$work/keypair.log" | jq -er .public_key)
  tctl create -f >"$work/create.log" <<YAML
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
  shift
  configure "$name" bound_keypair "$@"
}

# prepare_tpm <name> <storage> <destination or nothing> [line]... : a token that allows the TPM, and a
# configuration.
prepare_tpm() {
  tbot tpm identify --test-tcti="$tpm_address" --format token --token "$1" --bot bench \
    >"$work/$1-token.yaml" 2>"$work/identify.log"
  tctl create -f "$work/$1-token.yaml" >"$work/create.log"
  local name=$1
  shift
  configure "$name" tpm "$@"
}

# idle <pid> : succeeds once the processor time of a process no longer moves.
idle() {
  local before
  before=$(awk '{ print $14 + $15 }' "/proc/$1/stat")
  sleep 2
  [[ $(awk '{ print $14 + $15 }' "/proc/$1/stat") == "$before" ]]
}

# memory <pid> : sets resident, private (bytes) and threads.
memory() {
  read -r resident private threads < <(awk '
    /^Rss:/ { rss = $2 } /^Anonymous:/ { private = $2 } /^Threads:/ { threads = $2 }
    END { print rss * 1024, private * 1024, threads }' "/proc/$1/smaps_rollup" "/proc/$1/status")
}

# The root file system must really run: a join inside it, with nothing else to load.
root_how='this time no join ran inside it'
if [[ $(id -u) == 0 && $programs != .build/debug ]]; then
  prepare inroot "$root/tmp/storage" /tmp/out 'oneshot: true'
  sed "s|$root||" "$work/inroot.yaml" >"$root/etc/tbot.yaml"
  cp "$authority_ca" "$root/etc/trust.pem"
  mount -t proc proc "$root/proc"
  SSL_CERT_FILE=/etc/trust.pem chroot "$root" /bin/tenon start -c /etc/tbot.yaml >"$work/inroot.log" 2>&1 || {
    cat "$work/inroot.log" >&2
    echo "bench: the agent did not join from the small root file system" >&2
    exit 1
  }
  umount "$root/proc"
  [[ -s $root/tmp/out/identity ]]
  root_how='one join ran inside it, alone (chroot)'
fi

# idle_agent <name> : starts an agent, waits until it has joined and does no more, measures its memory,
# and ends it.
idle_agent() {
  local pid
  tenon start -c "$work/$1.yaml" >"$work/$1.log" 2>&1 &
  pid=$!
  loopback_pids+=("$pid")
  loopback_until 300 test -s "$work/$1-out/identity" || {
    cat "$work/$1.log" >&2
    echo "bench: the idle agent did not join" >&2
    exit 1
  }
  loopback_until 10 idle "$pid" || true
  memory "$pid"
  loopback_stop_one "$pid"
}

prepare idle "$work/idle" "$work/idle-out" 'renewal_interval: 1h' 'credential_ttl: 2h'
idle_agent idle
row 'agent, idle: resident memory' "$(megabytes "$resident") ($threads threads)" "$resident" "$budget_resident" MB '12 MB'
row 'agent, idle: of it private' "$(megabytes "$private")" "$private" "$budget_private" MB '2.5 MB'

less_resident=$resident
less_private=$private
loopback_tpm --create-ek-cert
prepare_tpm idle-tpm "$work/idle-tpm" "$work/idle-tpm-out" 'renewal_interval: 1h' 'credential_ttl: 2h'
idle_agent idle-tpm
row 'agent, idle: private memory that joining by TPM adds' "$(printf '%+.2f MB (resident %+.2f)' \
  "$(awk "BEGIN { print ($private - $less_private) / 1e6 }")" \
  "$(awk "BEGIN { print ($resident - $less_resident) / 1e6 }")")" "$private" '' '' ''
