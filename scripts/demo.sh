#!/usr/bin/env bash
# A machine joins: two whole guides with our own programs, under the names the guides use. The first is
# that of bound_keypair, the second that of tpm, on a simulated TPM. Everything happens in temporary
# folders and on loopback. Exits 0 only if every step held.
#
#   scripts/demo.sh            runs, then removes the folder
#   KEEP=1 scripts/demo.sh     leaves it for a look
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD
# shellcheck source=scripts/loopback.sh
source scripts/loopback.sh
umask 022

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi

place=$(mktemp -d "${TMPDIR:-/tmp}/tenon-demo.XXXXXX")
current='setting up'
held=()
finish() {
  local status=$?
  loopback_stop
  if ((status != 0)); then
    printf '\n%sThe demo stopped at: %s%s\n' "$red" "$current" "$plain" >&2
    printf 'Everything it made is still in %s (tenond.log says what the authority saw).\n' "$place" >&2
  elif [[ -n ${KEEP:-} ]]; then
    printf 'Everything it made is in %s\n' "$place"
  else
    rm -rf "$place"
  fi
}
trap finish EXIT

part() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
step() { current=$1; }
say() { printf '  %s\n' "$*"; }
holds() {
  held+=("$current")
  printf '  %s✓ %s%s\n' "$green" "${1:-$current}" "$plain"
}
fail() {
  printf '  %s✗ %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}
# run <command line> : shows the line as a person would type it, runs it, and shows what it printed.
run() {
  printf '  %s$ %s%s\n' "$dim" "$*" "$plain"
  local status=0
  eval "$*" >"$place/output" 2>&1 || status=$?
  sed 's/^/    /' "$place/output"
  if ((status != 0)); then fail "exit code $status"; fi
}

login=$(id -un)
start=$SECONDS

printf '%sTenon: a machine joins%s\n' "$bold" "$plain"
say "Everything happens in $place and on loopback; nothing else changes."

step "install the programs, plugins and headers"
TENON_BUILD=debug DESTDIR='' PREFIX="$place/usr" scripts/install.sh >"$place/install.log" || {
  cat "$place/install.log" >&2
  exit 1
}
PATH=$place/usr/bin:$PATH
export PATH
kind=$(sed -nE 's/.*\((.*) build\)$/\1/p' "$place/install.log")
say "Installed a ${kind%%/*} build: $(du -h "$place/usr/lib/tenon/plugins"/*.so | wc -l) plugins, $(
  stat -L -c %s "$place/usr/lib/tenon/plugins"/*.so | sort -n | tail -n 1) bytes the largest."

part "1. An authority"
step "start tenond with an empty database"
say "tenond start --data-dir … --cluster-name example.test --listen 127.0.0.1:PORT"
loopback_authority "$place/authority" example.test
export TENON_ADMIN_SOCKET=$authority_socket
export SSL_CERT_FILE=$authority_ca
run tctl status
tctl status | grep -q '^CA pin' || fail "tctl status shows no CA pin"
holds "the authority answers on localhost:$authority_port"

mkdir "$place/guide" "$place/storage"
cd "$place/guide"

part "2. A bot and a join token"
step "create the bot and the token"
cat >role.yaml <<YAML
kind: role
version: v7
metadata:
  name: login
spec:
  allow:
    logins: [$login]
YAML
cat >bot.yaml <<YAML
kind: bot
version: v1
metadata:
  # name is a unique identifier for the Bot in the cluster.
  name: example
spec:
  # roles is a list of roles to grant to the Bot.
  roles: [login]
YAML
cat >token-example.yaml <<YAML
kind: token
version: v2
metadata:
  # This name is used in tbot's onboarding.token field.
  name: example
spec:
  roles: [Bot]
  # bot_name must match the name of the bot created above.
  bot_name: example
  join_method: bound_keypair
  bound_keypair:
    recovery:
      mode: standard
      limit: 1
YAML
run tctl create -f role.yaml
run tctl create -f bot.yaml
run tctl create -f token-example.yaml
holds "a bot, its role and a token exist"

part "3. Join with the registration secret"
step "read the registration secret"
printf "  %s$ tctl get token/example --format=json | jq -r '.[0].status.bound_keypair.registration_secret'%s\n" \
  "$dim" "$plain"
secret=$(tctl get token/example --format=json | jq -r '.[0].status.bound_keypair.registration_secret')
[[ -n $secret && $secret != null ]] || fail "the token has no registration secret"
say "  (${#secret} characters, good for one join; not shown)"

write_config() { # write_config <storage> <destination> <registration secret, or nothing>
  {
    cat <<YAML
version: v2
oneshot: true
proxy_server: localhost:$authority_port
onboarding:
  join_method: bound_keypair
  token: example
YAML
    if [[ -n $3 ]]; then
      cat <<YAML
  bound_keypair:
    registration_secret: $3
YAML
    fi
    cat <<YAML
storage:
  type: directory
  path: $1
services:
  - type: identity
    destination:
      type: directory
      path: $2
YAML
  } >tbot.yaml
}

join() { # join <storage> <destination>
  printf '  %s$ tbot start -c tbot.yaml%s\n' "$dim" "$plain"
  if ! tbot start -c tbot.yaml >"$place/tbot.log" 2>&1; then
    sed 's/^/    /' "$place/tbot.log" >&2
    fail "tbot did not join"
  fi
  tail -n 4 "$place/tbot.log" | sed -E 's/^(.{130}).+$/\1…/; s/^/    /'
  [[ -s $2/identity && -s $2/key-cert.pub && -s $2/tlscert ]] || fail "files are missing in $2"
}

step "join with a one-time registration secret"
write_config "$place/storage/first" "$place/machine-id" "$secret"
join "$place/storage/first" "$place/machine-id"
if grep -qF "$secret" "$place/tbot.log" "$place/authority/tenond.log"; then
  fail "the secret is in a log"
fi
holds "joined; the secret is used up and in no log"

step "join again: the bound key is enough"
join "$place/storage/first" "$place/machine-id"
count=$(tctl get token/example --format=json | jq -r '.[0].status.bound_keypair.recovery_count')
[[ $count == 1 ]] || fail "recovery_count is $count, a rejoin must not count"
holds "rejoined with the stored key; recovery_count is still 1"

look() { # look <destination> : the certificates in short form
  run "ssh-keygen -L -f $1/key-cert.pub | sed -nE '/Type:|Key ID:|Valid:/p; /Principals:/,/Critical/{/Critical/!p}'"
  run "openssl x509 -in $1/tlscert -noout -issuer -dates -ext extendedKeyUsage"
}

part "4. What is on disk"
step "real programs accept the certificates"
run "ls -l $place/machine-id | awk 'NR > 1 { print \$1, \$5, \$9 }'"
look "$place/machine-id"
tctl auth export --type=tls-user >"$place/user-ca.pem"
run "openssl verify -CAfile $place/user-ca.pem $place/machine-id/tlscert"
holds

part "5. Log in to a real sshd"
step "log in to OpenSSH with the issued certificate"
tctl auth export --type=user | sed 's/^cert-authority //' >"$place/user-ca.pub"
loopback_sshd "$place/sshd" "$place/user-ca.pub"
say "sshd on port $sshd_port, TrustedUserCAKeys from tctl auth export --type=user"
said=$(loopback_ssh "$place/machine-id" "$login" 'echo "logged in as $(id -un)"') || {
  tail -n 5 "$place/sshd/sshd.log" >&2
  fail "sshd refused the certificate"
}
say "  $said"
[[ $said == "logged in as $login" ]] || fail "unexpected answer"
holds

part "6. Again, with a key registered beforehand"
step "create a key pair, register it, join without any secret"
tctl rm token/example >/dev/null
run "tbot keypair create --storage $place/storage/second --proxy-server=localhost:$authority_port"
public_key=$(tbot keypair create --storage "$place/storage/second" \
  --proxy-server="localhost:$authority_port" --format=json 2>/dev/null | jq -r .public_key)
cat >token-example.yaml <<YAML
kind: token
version: v2
metadata:
  name: example
spec:
  roles: [Bot]
  join_method: bound_keypair
  bot_name: example
  bound_keypair:
    onboarding:
      initial_public_key: "$public_key"
    recovery:
      mode: standard
      limit: 1
YAML
run tctl create -f token-example.yaml
write_config "$place/storage/second" "$place/machine-id-2" ''
join "$place/storage/second" "$place/machine-id-2"
holds "joined with a key that never left the machine"

step "log in with the second identity"
look "$place/machine-id-2"
said=$(loopback_ssh "$place/machine-id-2" "$login" id -un) || fail "sshd refused the certificate"
[[ $said == "$login" ]] || fail "unexpected answer"
holds

part "7. Again, by a TPM: no secret at all"
say "This TPM is simulated, by swtpm: it shows the steps, and proves nothing about this machine."
say "A machine with a real one needs neither --test-tcti nor test_tcti; all else is the same."
step "ask the TPM who it is"
loopback_tpm --create-ek-cert || fail "no software TPM"
run "tbot tpm identify --test-tcti=$tpm_address"
hash=$(sed -n 's/^EKPub Hash: //p' "$place/output")
[[ $hash =~ ^[0-9a-f]{64}$ ]] || fail "no hash of the endorsement key"
holds

step "create the token that allows this TPM, when its maker signed for it"
run "tbot tpm identify --test-tcti=$tpm_address --format token --token my-bot-token >printed.yaml"
grep -q "ek_public_hash: \"$hash\"" printed.yaml || fail "the token lacks the hash"
# What the guide has people do with an editor: the maker's CA in place of the commented lines.
awk -v maker="$tpm_maker" '
  /^ *# *ekcert_allowed_cas:/ {
    print "    ekcert_allowed_cas:\n    - |"
    while ((getline line <maker) > 0) print "      " line
  }
  !/^ *#/' printed.yaml >bot-token.yaml
grep -q '^    ekcert_allowed_cas:$' bot-token.yaml || fail "the token lacks the maker's CA"
say "bot-token.yaml, with the CA of the TPM's maker filled in:"
sed -E '/^ {6}[A-Za-z0-9+\/=]+$/d; s/-+BEGIN CERTIFICATE-+/& …/; s/^/    /' bot-token.yaml
run tctl create -f bot-token.yaml
holds

step "join with the TPM"
cat >tbot.yaml <<YAML
version: v2
oneshot: true
proxy_server: localhost:$authority_port
onboarding:
  join_method: tpm
  token: my-bot-token
  tpm:
    test_tcti: "$tpm_address"   # the simulator; not for a real TPM
storage:
  type: directory
  path: $place/storage/third
services:
  - type: identity
    destination:
      type: directory
      path: $place/machine-id-3
YAML
run cat tbot.yaml
join "$place/storage/third" "$place/machine-id-3"
holds "joined; there was no secret to hand out"

step "real programs accept the certificates of the TPM's machine"
look "$place/machine-id-3"
run "openssl verify -CAfile $place/user-ca.pem $place/machine-id-3/tlscert"
openssl x509 -in "$place/machine-id-3/tlscert" -noout -text >"$place/output"
grep -qF "$hash" "$place/output" || fail "the certificate does not name the TPM"
said=$(loopback_ssh "$place/machine-id-3" "$login" id -un) || fail "sshd refused the certificate"
[[ $said == "$login" ]] || fail "unexpected answer"
holds "real programs accept the certificates, which name the TPM by its hash"

cd "$repository"
part "Every step held"
for line in "${held[@]}"; do say "✓ $line"; done
say ""
say "programs: $(stat -L -c '%s %n' "$place/usr/bin/tenon" "$place/usr/bin/tenond" |
  awk '{ n = split($2, p, "/"); printf "%s %.1f MB  ", p[n], $1 / 1e6 }')($kind build)"
say "plugins:  $(stat -c '%s %n' "$place/usr/lib/tenon/plugins"/*.so |
  awk '{ n = split($2, p, "/"); printf "%s %.0f KB  ", p[n], $1 / 1e3 }')"
say "took $((SECONDS - start)) seconds"
say "Next: README.md for your own tbot.yaml, docs/abi/README.md to write a plugin."
