# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client joins tenond for the first time.

python_proxy_join() {
  bot pyproxy && token pyproxy pyproxy
  joins_python pyproxy --registration-secret "$(secret_of pyproxy)" --alpn teleport-proxy-grpc \
    --server-name localhost
  joined '.alpn == "teleport-proxy-grpc"' '.generation == "1"'
}
it "a Python client registers through the endpoint for clients without certificates" python_proxy_join

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
