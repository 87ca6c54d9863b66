# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The ways in, and staying in.

first_join() {
  bot first && token first first
  local secret
  secret=$(secret_of first)
  config first secret="$secret"
  joins
  complete out
  [[ $(recovery_count first) == 1 ]] || wrong "one recovery, the first join"
  kept_secret "$secret"
  [[ $(tctl get token/first --format=json | jq -r '.[0].status.bound_keypair.bound_public_key') == \
  ssh-ed25519\ * ]] || wrong "the bound key in the token's status"
}
it "a machine joins with a registration secret" first_join

rejoin() {
  bot rejoin && token rejoin rejoin
  config rejoin secret="$(secret_of rejoin)"
  joins
  local instance before
  instance=$(tctl get token/rejoin --format=json | jq -r '.[0].status.bound_keypair.bound_bot_instance_id')
  before=$(sha256sum out/tlscert)
  config rejoin
  joins
  [[ $(recovery_count rejoin) == 1 ]] || wrong "a rejoin spends no recovery"
  [[ $(tctl get token/rejoin --format=json |
    jq -r '.[0].status.bound_keypair.bound_bot_instance_id') == "$instance" ]] ||
    wrong "the same bot instance"
  [[ $(sha256sum out/tlscert) != "$before" ]] || wrong "new certificates"
}
it "a machine with a valid identity joins again without a secret and without a recovery" rejoin

registered_key() {
  bot registered
  tbot keypair create --storage "$PWD/storage" --proxy-server="localhost:$authority_port" \
    --format=json >key.json
  local key
  key=$(jq -er .public_key key.json)
  [[ $key == ssh-ed25519\ * ]] || wrong "an OpenSSH public key, got $key"
  token registered registered "onboarding: {initial_public_key: \"$key\"}" \
    'recovery: {mode: standard, limit: 1}'
  config registered
  joins
  complete out
}
it "a machine joins with a key registered beforehand" registered_key

keypair_kept() {
  local first second third
  first=$(tbot keypair create --storage "$PWD/s" --proxy-server="localhost:$authority_port" \
    --format=json 2>/dev/null | jq -er .public_key)
  second=$(tbot keypair create --storage "$PWD/s" --proxy-server="localhost:$authority_port" \
    --format=json 2>/dev/null | jq -er .public_key)
  [[ $first == "$second" ]] || wrong "the existing key to be printed again"
  third=$(tbot keypair create --storage "$PWD/s" --proxy-server="localhost:$authority_port" \
    --overwrite --format=json 2>/dev/null | jq -er .public_key)
  [[ $first != "$third" ]] || wrong "--overwrite to make a new key"
  [[ $(stat -c %a s/id_bkp) == 600 ]] || wrong "the private key to have mode 600"
  grep -q 'PRIVATE KEY' s/id_bkp
  [[ $(cut -d ' ' -f 1,2 s/id_bkp.pub) == "$third" ]] || wrong "id_bkp.pub to hold the printed key"
}
it "keypair create keeps a key that is there, and replaces it with --overwrite" keypair_kept

recovery() {
  bot recovery && token recovery recovery 'recovery: {mode: standard, limit: 2}'
  config recovery secret="$(secret_of recovery)"
  joins
  # Without its identity the agent has nothing but the bound key: that is a recovery.
  find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete
  config recovery
  joins
  [[ $(recovery_count recovery) == 2 ]] || wrong "two recoveries"
  find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete
  rm -rf out
  agent
  refused 'no recovery attempts remaining' 'recovery.limit|limit'
  nothing_written out
}
it "a machine that lost its identity recovers until the limit, then is refused" recovery

daemon() {
  bot daemon && token daemon daemon
  config daemon secret="$(secret_of daemon)" oneshot=false ttl=2m extra='renewal_interval: 1s'
  tbot start -c tbot.yaml >out.txt 2>err.txt &
  local pid=$! before
  loopback_pids+=("$pid")
  loopback_until 300 test -s out/identity || wrong "a first identity"
  before=$(sha256sum out/tlscert)
  changed() { [[ $(sha256sum out/tlscert) != "$before" ]]; }
  loopback_until 300 changed || wrong "a renewed identity"
  kill -TERM "$pid"
  local status=0
  wait "$pid" || status=$?
  ((status == 0)) || wrong "exit code 0 after SIGTERM, got $status"
  complete out
}
it "a daemon renews what it wrote and ends cleanly on SIGTERM" daemon
