# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client joins tenond for the first time.

python_registration() {
  bot pyfirst && token pyfirst pyfirst
  joins_python pyfirst --registration-secret "$(secret_of pyfirst)"
  joined '.cluster == "example.test"' '.username == "bot-pyfirst"' '.roles == ["bot-pyfirst"]' \
    '.generation == "1"' '.join_token == "pyfirst"' '.authenticated == false' '.challenges == 1' \
    '.rotations == 1' '.join_state.recovery_sequence == 1' '.join_state.recovery_limit == 1' \
    '.principals | index("-teleport-internal-join")'
  [[ $(status_of pyfirst bound_bot_instance_id) == "$(jq -r .instance joined.json)" ]] ||
    wrong "the instance of the certificate in the token's status"
  [[ $(status_of pyfirst bound_public_key) == "$(jq -r .bound_public_key joined.json)" ]] ||
    wrong "the key of the client in the token's status"
  [[ $(recovery_count pyfirst) == 1 ]] || wrong "one recovery, the first join"
  [[ -z $(status_of pyfirst registration_secret) ]] || wrong "the secret cleared"
}
it "registration: a Python client joins with a registration secret" python_registration

python_proxy_join() {
  bot pyproxy && token pyproxy pyproxy
  joins_python pyproxy --registration-secret "$(secret_of pyproxy)" --alpn teleport-proxy-grpc \
    --server-name localhost
  joined '.alpn == "teleport-proxy-grpc"' '.generation == "1"'
}
it "registration: also through the endpoint for clients without certificates" python_proxy_join

python_wrong_generated() {
  bot pywrong && token pywrong pywrong
  joins_python pywrong --registration-secret 00000000000000000000000000000000
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  joins_python pywrong
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  [[ -z $(status_of pywrong bound_public_key) ]] || wrong "no key bound"
  joins_python pywrong --registration-secret "$(secret_of pywrong)"
  joined
}
it "registration, wrong vs generated: a wrong secret is refused and spends nothing" \
  python_wrong_generated

python_wrong_configured() {
  bot pychosen && token pychosen pychosen 'onboarding: {registration_secret: chosen-by-somebody}' \
    'recovery: {mode: standard, limit: 1}'
  joins_python pychosen --registration-secret chosen-by-nobody
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  joins_python pychosen --registration-secret chosen-by-somebody
  joined '.rotations == 1' '.challenges == 1'
}
it "registration, wrong: only the configured secret is taken" python_wrong_configured

python_late() {
  bot pylate && token pylate pylate 'onboarding: {must_register_before: "2020-01-01T00:00:00Z"}' \
    'recovery: {mode: standard, limit: 1}'
  joins_python pylate --registration-secret "$(secret_of pylate)"
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  [[ -z $(status_of pylate bound_public_key) ]] || wrong "no key bound"
}
it "registration, late: the right secret after must_register_before is refused" python_late

python_secret_and_key() {
  bot pyboth
  token pyboth pyboth \
    "onboarding: {initial_public_key: \"$(key_line k.pem)\", registration_secret: both}" \
    'recovery: {mode: standard, limit: 1}'
  joins_python pyboth --registration-secret both --lie key
  refused_python '[A-Z_]+' 'failed to complete challenge|gave up'
  [[ -z $(status_of pyboth bound_public_key) ]] || wrong "no key bound"
  tries_registered pyboth
  joined '.rotations == 0'
}
it "registration vs initial key: with a registered key a secret admits nobody" python_secret_and_key

python_used_secret() {
  bot pyused && token pyused pyused 'recovery: {mode: standard, limit: 5}'
  local secret before
  secret=$(secret_of pyused)
  joins_python pyused --registration-secret "$secret" --use
  joined
  before=$(status_of pyused bound_public_key)
  # Another machine that learnt the secret: asked to prove a key that it does not have.
  mv state owner
  joins_python pyused --registration-secret "$secret"
  refused_python '[A-Z_]+' 'gave up|giving up|no matching key'
  joins_python pyused --registration-secret "$secret" --lie key
  refused_python '[A-Z_]+' 'challenge|signature'
  [[ $(status_of pyused bound_public_key) == "$before" && $(recovery_count pyused) == 1 ]] ||
    wrong "the binding untouched"
  rm -rf state && mv owner state
  joins_python pyused
  joined '.generation == "2"'
}
it "a secret that was used admits nobody else" python_used_secret

python_initial_join() {
  bot pykeys
  local kind line
  for kind in ed25519 ec rsa; do
    case $kind in
      ed25519) openssl genpkey -quiet -algorithm ed25519 -out "$kind.pem" ;;
      ec) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$kind.pem" ;;
      rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$kind.pem" ;;
    esac
    line=$(key_line "$kind.pem")
    token "pykeys-$kind" pykeys "onboarding: {initial_public_key: \"$line\"}" \
      'recovery: {mode: standard, limit: 1}'
    rm -rf state
    joins_python "pykeys-$kind" --key "$kind.pem"
    joined '.rotations == 0' '.challenges == 1' ".bound_public_key == \"$line\""
    [[ $(recovery_count "pykeys-$kind") == 1 ]] || wrong "one recovery, the first join"
  done
}
it "initial join: a Python client proves keys of every kind that were registered beforehand" \
  python_initial_join

python_initial_wrong_key() {
  registered pyinitial '{mode: standard, limit: 1}'
  local lie
  for lie in key signature; do
    tries_registered pyinitial --lie "$lie"
    refused_python PERMISSION_DENIED 'failed to complete challenge'
  done
  [[ -z $(status_of pyinitial bound_public_key) && $(recovery_count pyinitial) == [0n]* ]] ||
    wrong "nothing bound and nothing spent"
  tries_registered pyinitial
  joined
}
it "initial, wrong key: another key than the registered one is refused and spends nothing" \
  python_initial_wrong_key

python_standard_first() {
  registered pystdfirst '{mode: standard, limit: 1}'
  tries_registered pystdfirst
  joined '.join_state.recovery_sequence == 1' '.join_state.recovery_mode == "standard"'
}
it "standard first: the first join returns a join state" python_standard_first

python_false_proof() {
  bot pyfalse && token pyfalse pyfalse 'recovery: {mode: standard, limit: 9}'
  local secret lie
  secret=$(secret_of pyfalse)
  for lie in key signature; do
    joins_python pyfalse --registration-secret "$secret" --lie "$lie"
    refused_python '[A-Z_]+' 'challenge|signature|nonce|claim|requesting public key'
  done
  [[ -z $(status_of pyfalse bound_public_key) && $(secret_of pyfalse) == "$secret" ]] ||
    wrong "nothing bound and the secret unspent"
  joins_python pyfalse --registration-secret "$secret"
  joined '.join_state.recovery_sequence == 1'
}
it "a proof with another key or over other words is refused and spends nothing" python_false_proof

python_unknown() {
  bot pyunknown && token pyunknown pyunknown
  joins_python nobody --registration-secret x
  refused_python PERMISSION_DENIED 'token expired or not found'
  joins_python pyunknown --registration-secret x --method token
  refused_python INVALID_ARGUMENT 'method'
}
it "an unknown token and a method that is not the token's are refused" python_unknown
