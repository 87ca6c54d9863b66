# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# What the end-to-end cases share: one authority on loopback, a fresh folder per case, and words for
# what a case expects. Sourced by run.sh.

passed=0
failed=0
skipped=0

# suite_begin <name> : a folder for the run, the installed programs in PATH, and an authority. Ends the
# script with its counted line when that fails.
suite_begin() {
  suite_name=$1
  suite=$(mktemp -d "${TMPDIR:-/tmp}/tenon-$suite_name.XXXXXX")
  trap suite_cleanup EXIT
  if [[ -z ${TENON_TEST_TREE:-} ]]; then
    TENON_BUILD=debug DESTDIR='' PREFIX=$suite/usr scripts/install.sh || suite_impossible
    TENON_TEST_TREE=$suite/usr
  fi
  export TENON_TEST_TREE
  PATH=$TENON_TEST_TREE/bin:$PATH
  repository=$PWD
  loopback_authority "$suite/authority" example.test || suite_impossible
  export TENON_ADMIN_SOCKET=$authority_socket
}

suite_cleanup() {
  loopback_stop
  while read -r mounted; do umount "$mounted"; done < <(
    awk -v suite="$suite" 'index($2, suite) == 1 { print $2 }' /proc/mounts)
  if [[ -z ${KEEP:-} ]]; then rm -rf "$suite"; else echo "kept $suite"; fi
}

suite_impossible() {
  echo "$suite_name: 0 passed, 1 failed"
  exit 1
}

# suite_run <folder> : runs the cases of every file in it, then says how it went.
suite_run() {
  local file
  for file in "$1"/*.sh; do
    # shellcheck source=/dev/null
    source "$file"
  done
  echo "$suite_name: $passed passed, $failed failed$( ((skipped)) && echo ", $skipped skipped")"
  ((failed == 0 && passed > 0))
}

# it <sentence> <function> : runs one case in a folder of its own. A case fails on its first command
# that does, or on `wrong`.
it() {
  local sentence=$1 body=$2
  if [[ -n ${ONLY:-} && "$sentence $body ${BASH_SOURCE[1]##*/}" != *"$ONLY"* ]]; then return; fi
  here=$suite/$body
  mkdir -p "$here"
  local status=0
  (
    set -euo pipefail
    cd "$here"
    # What a case starts is the case's to end.
    loopback_pids=()
    loopback_folders=()
    trap loopback_stop EXIT
    "$body"
  ) >"$suite/$body.log" 2>&1 || status=$?
  case $status in
    0)
      passed=$((passed + 1))
      printf 'ok       %s\n' "$sentence"
      ;;
    77)
      skipped=$((skipped + 1))
      printf 'skipped  %s: %s\n' "$sentence" "$(tail -n 1 "$suite/$body.log")"
      ;;
    *)
      failed=$((failed + 1))
      printf 'FAILED   %s\n' "$sentence"
      tail -n 25 "$suite/$body.log" | sed 's/^/           /'
      ;;
  esac
}

wrong() {
  printf 'expected otherwise: %s\n' "$*" >&2
  exit 1
}

skip() {
  echo "$*"
  exit 77
}

needs_root() { [[ $(id -u) == 0 ]] || skip "needs root for mounts"; }

# --- what the authority holds ------------------------------------------------------------------

# bot <name> : a bot that may log in as the user who runs the tests.
bot() {
  tctl create -f >/dev/null <<YAML
kind: role
version: v7
metadata: {name: login}
spec:
  allow:
    logins: [$(id -un)]
---
kind: bot
version: v1
metadata: {name: $1}
spec: {roles: [login]}
YAML
}

# token <name> <bot> [line of spec.bound_keypair]... : a join token, replaced when it is there.
token() {
  local name=$1 bot=$2
  shift 2
  {
    printf 'kind: token\nversion: v2\nmetadata: {name: %s}\nspec:\n' "$name"
    printf '  roles: [Bot]\n  bot_name: %s\n  join_method: bound_keypair\n  bound_keypair:\n' "$bot"
    if (($# == 0)); then set -- 'recovery: {mode: standard, limit: 1}'; fi
    printf '    %s\n' "$@"
  } | tctl create -f >/dev/null
}

secret_of() {
  tctl get "token/$1" --format=json | jq -er '.[0].status.bound_keypair.registration_secret'
}

# status_of <token> <member> : from what its method keeps of it; empty when it is not there.
status_of() {
  tctl get "token/$1" --format=json | jq -r --arg member "$2" '.[0].status.bound_keypair[$member] // ""'
}

recovery_count() {
  tctl get "token/$1" --format=json | jq -r '.[0].status.bound_keypair.recovery_count'
}

# locks_of <token> : how many locks there are on it.
locks_of() {
  tctl lock ls --format=json | jq --arg token "$1" '[.[] | select(.spec.target.join_token == $token)] | length'
}

# --- the agent ---------------------------------------------------------------------------------

# config [key=value]... : writes tbot.yaml. Keys: token, secret, storage, destination, server (whole
# line), ttl, extra (lines at the top level), oneshot.
config() {
  local token=$1 secret='' storage=$PWD/storage destination=$PWD/out pair
  local server="proxy_server: localhost:$authority_port" ttl='' extra='' oneshot=true onboarding=''
  shift
  for pair in "$@"; do
    local "${pair%%=*}=${pair#*=}"
  done
  cat >tbot.yaml <<YAML
version: v2
oneshot: $oneshot
$server
${ttl:+credential_ttl: $ttl}
onboarding:
  join_method: bound_keypair
  token: $token
${onboarding:+  $onboarding}
${secret:+  bound_keypair: {registration_secret: $secret\}}
storage:
  type: directory
  path: $storage
services:
  - type: identity
    destination:
      type: directory
      path: $destination
$extra
YAML
  sed -i '/^$/d' tbot.yaml
}

# agent [flag]... : one run of the agent; leaves its exit code in `status` and its words in err and out.
agent() {
  status=0
  timeout 120 tbot start -c tbot.yaml "$@" >out.txt 2>err.txt || status=$?
  cat out.txt err.txt >>every-log.txt
}

joins() {
  agent "$@"
  ((status == 0)) || {
    cat err.txt
    wrong "the agent joins, but its exit code is $status"
  }
}

# refused <regular expression>... : the last run ended with exit code 1 and one clear sentence on
# stderr, which matches each expression; nothing crashed.
refused() {
  ((status == 1)) || {
    cat err.txt
    wrong "exit code 1, got $status"
  }
  if grep -nE 'Fatal error|Crash|Stack dump|AddressSanitizer|precondition' err.txt; then
    wrong "an error, not a crash"
  fi
  local line expression
  line=$(grep -E '^ERROR: ' err.txt || true)
  [[ -n $line ]] || {
    cat err.txt
    wrong "a line on stderr that begins with ERROR:"
  }
  (($(grep -cE '^ERROR: ' err.txt) == 1)) || {
    cat err.txt
    wrong "one error line, not several"
  }
  for expression in "$@"; do
    grep -qiE -- "$expression" <<<"$line" || wrong "the error to match /$expression/, it is: $line"
  done
}

# --- what is on disk and in logs -----------------------------------------------------------------

# lapse : what time does to a machine: its certificate has ended.
lapse() { find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete; }

# nothing_written <folder> : absent or without any file, temporary ones included.
nothing_written() {
  [[ ! -e $1 ]] || [[ -z $(find "$1" -type f) ]] || {
    find "$1" -type f
    wrong "no file in $1"
  }
}

# fingerprint <folder> : names, modes and contents of everything below it.
fingerprint() {
  (cd "$1" && find . -type f -printf '%p %m\n' | sort && find . -type f -print0 | sort -z | xargs -0r sha256sum)
}

complete() {
  local file
  for file in identity key key.pub key-cert.pub tlscert teleport-host-ca.crt teleport-user-ca.crt \
    known_hosts ssh_config; do
    [[ -s $1/$file ]] || wrong "$1/$file to be there"
  done
}

# kept_secret <text> : neither the agent nor the authority wrote it to a log.
kept_secret() {
  [[ -n $1 ]] || wrong "a secret to look for"
  if grep -lF -- "$1" every-log.txt "$suite/authority/tenond.log" 2>/dev/null; then
    wrong "the secret in no log"
  fi
  if [[ -d $suite/authority/data ]] &&
    find "$suite/authority/data" \( -name '*.log' -o -name '*.jsonl' -o -name '*.json' \) -print0 |
    xargs -0r grep -lF -- "$1"; then
    wrong "the secret in no audit log"
  fi
}
