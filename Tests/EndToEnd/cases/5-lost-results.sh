# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The authority dies right after it has committed a join, and the result is lost: the agent, simply started
# again, gets in, and nothing is counted twice (docs/decisions/0006-confirmed-join-state.md).

# watched_authority : an authority that agents reach only through a relay, which knows the commit of a join.
# Called again, it starts the one that died, with the same data.
watched_authority() {
  export TENON_ADMIN_SOCKET=$PWD/own/admin.sock SSL_CERT_FILE=$PWD/own/trust.pem
  if [[ -z ${relay_port:-} ]]; then
    relay_port=$(loopback_port)
    python3 "$repository/Tests/EndToEnd/lost_result.py" "$relay_port" 2>relay.txt &
    loopback_pids+=("$!")
  fi
  rm -f struck
  loopback_authority "$PWD/own" own.test --public-addr "localhost:$relay_port"
  echo "$authority_port" >upstream
}

# behind_relay <name> <bot> [line of spec.bound_keypair]... : an authority with such a token.
behind_relay() {
  watched_authority
  bot "$1" && token "$@"
}

serial_of() {
  tctl get "token/$1" --format=json | jq '.[0].status.bound_keypair.serial // 0'
}

# loses <token> : the next join is committed, and its result lost with the authority.
loses() {
  local before joining
  before=$(serial_of "$1")
  echo "$authority_pid $1 $before" >armed
  tbot start -c tbot.yaml >>every-log.txt 2>&1 &
  joining=$!
  loopback_until 300 test -e struck || wrong "the authority to be killed behind its commit"
  # It would try again for most of a minute.
  kill -TERM "$joining" || true
  wait "$joining" && wrong "the join to fail"
  wait "$authority_pid" 2>/dev/null || true
  watched_authority
  (($(serial_of "$1") == before + 1)) || wrong "the join to be committed"
}

# comes_back <token> <recoveries> : started again, the agent holds what the authority has bound, for as many
# recoveries as if nothing had been lost.
comes_back() {
  joins
  complete out
  openssl x509 -noout -checkend 0 -in out/tlscert || wrong "a valid certificate"
  [[ $(recovery_count "$1") == "$2" ]] || wrong "$2 recoveries, not $(recovery_count "$1")"
  [[ $(locks_of "$1") == 0 ]] || wrong "no lock"
  [[ $(status_of "$1" bound_public_key) == "$(cut -d ' ' -f 1,2 storage/id_bkp.pub)" ]] || wrong "the bound key on the machine"
  # And it stays: what the lost join left behind stands in nobody's way.
  joins
  [[ $(recovery_count "$1") == "$2" && $(locks_of "$1") == 0 ]] || wrong "a rejoin as ever"
}

lost_first_join_by_secret() {
  behind_relay lostsecret lostsecret 'recovery: {mode: standard, limit: 1}'
  config lostsecret secret="$(secret_of lostsecret)" server="proxy_server: localhost:$relay_port"
  loses lostsecret
  comes_back lostsecret 1
}
it "a first join by secret whose result was lost with the authority joins again" lost_first_join_by_secret

lost_first_join_by_key() {
  watched_authority
  tbot keypair create --storage "$PWD/storage" --proxy-server "localhost:$relay_port" >/dev/null
  bot lostkey && token lostkey lostkey "onboarding: {initial_public_key: \"$(<storage/id_bkp.pub)\"}" \
    'recovery: {mode: standard, limit: 1}'
  config lostkey server="proxy_server: localhost:$relay_port"
  loses lostkey
  comes_back lostkey 1
}
it "a first join by key whose result was lost with the authority joins again" lost_first_join_by_key

# joined_behind_relay <name> <limit> : a machine that has joined once, and does not know the secret any more.
joined_behind_relay() {
  behind_relay "$1" "$1" "recovery: {mode: standard, limit: $2}"
  config "$1" secret="$(secret_of "$1")" server="proxy_server: localhost:$relay_port"
  joins
  config "$1" server="proxy_server: localhost:$relay_port"
}

lost_rejoin() {
  joined_behind_relay lostrejoin 1
  loses lostrejoin
  comes_back lostrejoin 1
}
it "a rejoin whose result was lost with the authority rejoins" lost_rejoin

lost_last_recovery() {
  joined_behind_relay lostrecovery 2
  lapse
  loses lostrecovery
  [[ $(recovery_count lostrecovery) == 2 ]] || wrong "the last recovery to be spent"
  comes_back lostrecovery 2
}
it "the last recovery of a limit, lost with the authority, is had all the same" lost_last_recovery

lost_rotation() {
  joined_behind_relay lostrotation 1
  local before lost
  before=$(status_of lostrotation bound_public_key)
  tctl bound-keypair request-rotation lostrotation 2>/dev/null
  loses lostrotation
  lost=$(status_of lostrotation bound_public_key)
  [[ $lost != "$before" ]] || wrong "another key to be bound"
  grep -qF "$(cut -d ' ' -f 2 storage/id_bkp.pub)" <<<"$before" || wrong "the old key to be the active one still"
  comes_back lostrotation 1
  [[ $(status_of lostrotation bound_public_key) != "$before" ]] || wrong "the rotation to have happened"
}
it "a rotation whose result was lost with the authority is made again" lost_rotation
