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
it "a Python client rejoins over h2 and over the cluster's own protocol" python_rejoin

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
