# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client comes back to tenond: with its certificate, and without.

python_rejoin() {
  bot pyrejoin && token pyrejoin pyrejoin
  joins_python pyrejoin --registration-secret "$(secret_of pyrejoin)"
  joined
  local instance alpn generation=1
  instance=$(jq -r .instance joined.json)
  for alpn in h2 teleport-auth; do
    joins_python pyrejoin --alpn "$alpn"
    generation=$((generation + 1))
    joined '.authenticated' ".instance == \"$instance\"" ".generation == \"$generation\"" \
      '.challenges == 1' '.rotations == 0' '.join_state.recovery_sequence == 1' \
      ".alpn | startswith(\"$alpn\")"
  done
  [[ $(recovery_count pyrejoin) == 1 ]] || wrong "rejoins spend no recovery"
}
it "soft rejoin: with its certificate, over h2 and over the cluster's own protocol" python_rejoin

python_rejoin_wrong_key() {
  bot pyrewrong && token pyrewrong pyrewrong
  joins_python pyrewrong --registration-secret "$(secret_of pyrewrong)"
  joined
  joins_python pyrewrong --lie key
  refused_python '[A-Z_]+' 'validating challenge response'
  joins_python pyrewrong
  joined '.generation == "2"'
}
it "soft rejoin, wrong key: a certificate does not replace the bound key" python_rejoin_wrong_key

python_rejoin_wrong_instance() {
  registered pyreother
  tries_registered pyreother
  joined
  local own
  own=$(status_of pyreother bound_bot_instance_id)
  amend pyreother '.status.bound_keypair.bound_bot_instance_id = "6e0f8c1e-8d5f-4d8e-9c53-3f6a9b7f0001"'
  joins_python pyreother
  refused_python PERMISSION_DENIED 'bot instance mismatch'
  [[ $(locks_of pyreother) == 0 ]] || wrong "no lock"
  amend pyreother ".status.bound_keypair.bound_bot_instance_id = \"$own\""
  joins_python pyreother
  joined ".instance == \"$own\""
}
it "soft rejoin, wrong instance: a certificate of another instance is refused" \
  python_rejoin_wrong_instance

python_recovery() {
  registered pyrecover
  tries_registered pyrecover
  joined
  local instance
  instance=$(jq -r .instance joined.json)
  tries_registered pyrecover
  joined '.authenticated == false' ".instance != \"$instance\"" '.generation == "1"'
  [[ $(recovery_count pyrecover) == 2 ]] || wrong "two recoveries"
}
it "recovery: without its certificate the client becomes a new instance" python_recovery

python_no_instance() {
  registered pyhalf
  tries_registered pyhalf
  joined
  amend pyhalf 'del(.status.bound_keypair.bound_bot_instance_id)'
  tries_registered pyhalf
  refused_python INVALID_ARGUMENT 'bad backend state'
}
it "key without instance: a token in half a state is refused" python_no_instance

python_standard_limit() {
  bot pylimit && token pylimit pylimit 'recovery: {mode: standard, limit: 2}'
  joins_python pylimit --registration-secret "$(secret_of pylimit)"
  joined
  local instance
  instance=$(jq -r .instance joined.json)
  joins_python pylimit --anonymous
  joined '.authenticated == false' ".instance != \"$instance\"" '.generation == "1"' \
    '.join_state.recovery_sequence == 2'
  joins_python pylimit --anonymous
  refused_python PERMISSION_DENIED 'no (recovery attempts|rejoins) remaining'
  [[ $(recovery_count pylimit) == 2 ]] || wrong "two recoveries"
  joins_python pylimit
  joined '.generation == "2"'
}
it "standard second, standard exhausted: recoveries are counted and end at the limit" \
  python_standard_limit

python_no_state() {
  registered pynostate '{mode: standard, limit: 9}'
  tries_registered pynostate --use
  joined
  mv state/bkp_state kept
  tries_registered pynostate
  refused_python PERMISSION_DENIED 'join state verification failed'
  [[ $(locks_of pynostate) == 0 ]] || wrong "no lock"
  mv kept state/bkp_state
  tries_registered pynostate
  joined
}
it "standard no state: a recovery without a join state is refused and locks nothing" python_no_state

python_bad_states() {
  local row
  # A state of the same authority and bot, but of another instance.
  registered pysibling '{mode: standard, limit: 9}'
  token pytwin pysibling "onboarding: {initial_public_key: \"$(key_line k.pem)\"}" \
    'recovery: {mode: standard, limit: 9}'
  tries_registered pytwin
  joined
  mv state/bkp_state twin
  for row in "invalid JWT" "foreign signature" "wrong instance in state" "counter mismatch"; do
    rm -rf state
    token pysibling pysibling "onboarding: {initial_public_key: \"$(key_line k.pem)\"}" \
      'recovery: {mode: standard, limit: 9}'
    amend pysibling 'del(.status)'
    tries_registered pysibling --use
    joined
    local lie=()
    case $row in
      "invalid JWT") printf asdf >state/bkp_state ;;
      "foreign signature") lie=(--lie state) ;;
      "wrong instance in state") cp twin state/bkp_state ;;
      "counter mismatch") amend pysibling '.status.bound_keypair.recovery_count = 2' ;;
    esac
    tries_registered pysibling "${lie[@]}"
    refused_python PERMISSION_DENIED 'join state verification failed'
    [[ $(locks_of pysibling) == 1 ]] || wrong "one lock after $row"
    # Locked from now on, and no second lock for trying again.
    tries_registered pysibling
    refused_python PERMISSION_DENIED 'failed to verify its join state'
    [[ $(locks_of pysibling) == 1 ]] || wrong "still one lock after $row"
    tctl rm "lock/$(tctl get locks --format=json |
      jq -r '.[] | select(.spec.target.join_token == "pysibling") | .metadata.name')" >/dev/null
  done
}
it "invalid JWT, foreign signature, wrong instance in state, counter mismatch: refused, and one lock" \
  python_bad_states

python_relaxed() {
  registered pyrelaxed '{mode: relaxed, limit: 0}'
  tries_registered pyrelaxed
  joined
  tries_registered pyrelaxed
  joined '.join_state.recovery_sequence == 2'
  rm state/bkp_state
  tries_registered pyrelaxed
  refused_python PERMISSION_DENIED 'join state verification failed'
}
it "relaxed over limit: recoveries are not limited, but want the join state" python_relaxed

python_generations() {
  registered pygen '{mode: standard, limit: 3}'
  local epoch generation instance
  for epoch in 1 2; do
    tries_registered pygen
    joined '.generation == "1"' ".join_state.recovery_sequence == $epoch" \
      ".instance != \"${instance:-}\""
    instance=$(jq -r .instance joined.json)
    for generation in 2 3 4; do
      joins_python pygen
      joined ".generation == \"$generation\"" ".instance == \"$instance\""
    done
  done
}
it "generations, generations after recovery: each rejoin counts one, a recovery begins anew" \
  python_generations

python_stale_identity() {
  registered pystale '{mode: standard, limit: 9}'
  tries_registered pystale
  joined
  cp -r state copy
  joins_python pystale --use
  joined '.generation == "2"'
  mv state honest && mv copy state
  joins_python pystale
  refused_python PERMISSION_DENIED 'generation mismatch'
  [[ $(locks_of pystale) == 1 ]] || wrong "one lock"
  rm -rf state && mv honest state
  joins_python pystale
  refused_python PERMISSION_DENIED 'locked due to a certificate generation mismatch'
  [[ $(locks_of pystale) == 1 ]] || wrong "still one lock"
}
it "stale identity: a copied certificate is found out at the second rejoin and locks the token" \
  python_stale_identity

python_cloned_storage() {
  bot pyclone && token pyclone pyclone 'recovery: {mode: standard, limit: 9}'
  joins_python pyclone --registration-secret "$(secret_of pyclone)"
  joined
  cp -r state copy
  joins_python pyclone --anonymous --use
  joined
  # A copy of the machine from before the recovery: same key, older join state.
  mv state owner && mv copy state
  joins_python pyclone --anonymous
  refused_python PERMISSION_DENIED 'join state verification failed'
  # From now on the token is locked for both.
  rm -rf state && mv owner state
  joins_python pyclone --anonymous
  refused_python PERMISSION_DENIED 'failed to verify its join state'
  [[ $(locks_of pyclone) == 1 ]] || wrong "one lock"
}
it "cloned storage: an older copy is found out by its join state, and its token locked" \
  python_cloned_storage

python_clone_first() {
  registered pythief '{mode: standard, limit: 9}'
  tries_registered pythief
  joined
  cp -r state thief
  mv state owner && mv thief state
  tries_registered pythief --use
  joined
  mv state thief && mv owner state
  joins_python pythief
  refused_python PERMISSION_DENIED 'join state verification failed'
  rm -rf state && mv thief state
  tries_registered pythief
  refused_python PERMISSION_DENIED 'failed to verify its join state'
  [[ $(locks_of pythief) == 1 ]] || wrong "one lock"
}
it "clone used first: the honest client's next rejoin locks the token for both" python_clone_first

python_lost_results() {
  local kind
  bot pylost && token pylost pylost 'recovery: {mode: standard, limit: 2}'
  local secret
  secret=$(secret_of pylost)
  # What the client has from each join is thrown away, but for the keys it made.
  lose() {
    rm -rf before && mkdir -p state && cp -r state before
    joins_python pylost "$@"
    joined
    rm -rf state && mv before state
  }
  lose --registration-secret "$secret"
  lose --registration-secret "$secret"
  joins_python pylost --registration-secret "$secret" --use
  joined '.join_state.recovery_sequence == 1' '.generation == "1"'
  for kind in --ttl=3000 --anonymous; do
    lose "$kind"
    lose "$kind"
    joins_python pylost "$kind"
    joined
    # This client makes no call: its next join confirms the one before.
    joins_python pylost
    joined
  done
  [[ $(recovery_count pylost) == 2 ]] || wrong "two recoveries"
  [[ $(locks_of pylost) == 0 ]] || wrong "no lock"
}
it "a client that loses its results joins again with what it has, and nothing is counted twice" \
  python_lost_results
