# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# A storage that tbot wrote, taken over: keys as other programs make them, in every form tbot writes or
# reads, committed in Tests/EndToEnd/fixtures. Sourced by run.sh.

tbot_storage() { python3 "$repository/Tests/EndToEnd/tbot_storage.py" "$@"; }

# binds <token> <file with a private key> : the token is bound to that key from now on.
binds() {
  local line
  line=$(tbot_storage line "$2")
  tctl get "token/$1" --format=json |
    jq --arg line "$line" '.[0] | .status.bound_keypair.bound_public_key = $line' >token.json
  tctl create -f token.json >/dev/null
}

# inherits <token> <fixture> [line of spec.bound_keypair] : a storage as tbot leaves it, with a key of the
# fixture that the token is bound to, and an identity that the authority issued.
inherits() {
  local name=$1 fixture=$repository/Tests/EndToEnd/fixtures/tbot-storage/$2
  bot "$name"
  token "$name" "$name" "${3:-recovery: {mode: standard, limit: 9\}}"
  config "$name" secret="$(secret_of "$name")"
  joins
  binds "$name" "$fixture/id_bkp"
  tbot_storage shape storage "$fixture"
  rm -r out
  config "$name"
}

# count <token> <recoveries>
count() { [[ $(recovery_count "$1") == "$2" ]] || wrong "$2 recoveries, not $(recovery_count "$1")"; }

# lives_on <token> <fixture> : renews, reads what it wrote, recovers, and keeps the key as it was.
lives_on() {
  local name=$1 fixture=$repository/Tests/EndToEnd/fixtures/tbot-storage/$2
  joins
  complete out
  if grep -qE 'WARN|ERROR' err.txt; then wrong "nothing to complain about"; fi
  tbot_storage check storage "$name"
  count "$name" 1
  joins
  count "$name" 1
  cmp storage/id_bkp "$fixture/id_bkp"
  (cd storage && rm key key.pub tlscert key-cert.pub tlscacerts sshcacerts)
  joins
  count "$name" 2
  tbot_storage check storage "$name"
  cmp storage/id_bkp "$fixture/id_bkp"
  (cd storage && rm key)
  printf '\n' >>storage/bkp_state
  joins
  count "$name" 3
  tbot_storage check storage "$name"
}

storage_of_tbot() {
  local kind
  for kind in ed25519 ecdsa openssh sec1 ten; do
    rm -rf storage out
    inherits "moved-$kind" "$kind"
    lives_on "moved-$kind" "$kind"
  done
}
it "a storage of tbot's renews, is written as tbot reads it, and recovers, with each form of key" storage_of_tbot

old_storage_of_tbot() {
  loopback_authority "$PWD/authority" old.test --suite legacy
  export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca
  inherits moved-rsa rsa
  grep -q 'BEGIN RSA PRIVATE KEY' storage/key
  lives_on moved-rsa rsa
  grep -q 'BEGIN RSA PRIVATE KEY' storage/key
}
it "a storage of tbot's in an old cluster, where every key is RSA, does so too" old_storage_of_tbot

rotated_storage() {
  inherits rotated ten
  cp storage/bkp_key_history.json before.json
  tctl get token/rotated --format=json |
    jq '.[0] | .spec.bound_keypair.rotate_after = (now - 60 | todate)' >token.json
  tctl create -f token.json >/dev/null
  joins
  tbot_storage check storage rotated
  [[ $(tbot_storage line storage/id_bkp) == "$(status_of rotated bound_public_key)" ]] || wrong "the new key to be active"
  jq -e --slurpfile before before.json --rawfile key storage/id_bkp '
    (.entries | length) == 10 and .entries[0].private_key == $key
    and .entries[1:] == $before[0].entries[:9]' storage/bkp_key_history.json >/dev/null ||
    wrong "the new key in front of nine old ones"
  joins
}
it "a full history makes room for a new key and keeps the others as tbot wrote them" rotated_storage

damaged_history() {
  inherits damaged ed25519
  local text
  for text in '{"entries":' '{}' '{"entries":[{"time":"2026-01-01T00:00:00Z","private_key":"x"}]}'; do
    printf '%s' "$text" >storage/bkp_key_history.json
    joins
    grep -q 'WARN .*bkp_key_history.json' err.txt || wrong "a warning about $text"
    tbot_storage check storage damaged
  done
  : >storage/bkp_key_history.json
  joins
  if grep -q WARN err.txt; then wrong "no warning about an empty history"; fi
  tbot_storage check storage damaged
}
it "a history that cannot be read is a warning, and a new one begins" damaged_history

first_join_of_tbot() {
  local fixture=$repository/Tests/EndToEnd/fixtures/tbot-storage name=firsttbot
  bot "$name"
  token "$name" "$name" "onboarding: {initial_public_key: '$(cat "$fixture/ecdsa/id_bkp.pub")'}" \
    'recovery: {mode: standard, limit: 2}'
  mkdir -m 0700 storage
  install -m 0600 "$fixture/ecdsa/id_bkp" "$fixture/ecdsa/id_bkp.pub" storage
  # What tbot leaves of files it only tried to read.
  (cd storage && umask 077 && touch lock .write-test bkp_state bkp_key_history.json key tlscert)
  config "$name"
  joins
  count "$name" 1
  tbot_storage check storage "$name"
  cmp storage/id_bkp "$fixture/ecdsa/id_bkp"
}
it "a key that tbot made before its first join, among its empty files, joins" first_join_of_tbot
