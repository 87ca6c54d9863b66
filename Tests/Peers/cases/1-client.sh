# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client joins tenond.

# joins_python <token> [flag]... : one join; `status`, joined.json and refusal.json say what became of it.
joins_python() {
  local token=$1
  shift
  status=0
  timeout 60 "$python" "$peers/join_client.py" --address "127.0.0.1:$authority_port" \
    --ca "$authority_ca" --token "$token" --state state "$@" >joined.json 2>refusal.json || status=$?
}

# joined [jq condition]... : the last join went well, and each condition holds for what it got.
joined() {
  ((status == 0)) || {
    cat refusal.json
    wrong "the client joins, but its exit code is $status"
  }
  local condition
  for condition in "$@"; do
    jq -e "$condition" joined.json >/dev/null || {
      jq . joined.json
      wrong "$condition"
    }
  done
}

# refused_python <regular expression of the status code> <regular expression of the words>
refused_python() {
  ((status == 1)) || {
    cat joined.json refusal.json
    wrong "exit code 1, got $status"
  }
  jq -er .code refusal.json | grep -qE "^($1)\$" || wrong "code $1, it is: $(cat refusal.json)"
  jq -er .message refusal.json | grep -qiE "$2" || wrong "/$2/ in: $(cat refusal.json)"
}

status_of() { tctl get "token/$1" --format=json | jq -r ".[0].status.bound_keypair.$2 // \"\""; }

python_first_join() {
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
}
it "a Python client joins with a registration secret" python_first_join

python_proxy_join() {
  bot pyproxy && token pyproxy pyproxy
  joins_python pyproxy --registration-secret "$(secret_of pyproxy)" --alpn teleport-proxy-grpc \
    --server-name localhost
  joined '.alpn == "teleport-proxy-grpc"' '.generation == "1"'
}
it "a Python client joins through the endpoint for clients without certificates" python_proxy_join

python_wrong_secret() {
  bot pywrong && token pywrong pywrong
  joins_python pywrong --registration-secret 00000000000000000000000000000000
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  joins_python pywrong
  refused_python PERMISSION_DENIED 'a valid registration secret is required'
  [[ -z $(status_of pywrong bound_public_key) ]] || wrong "no key bound"
  joins_python pywrong --registration-secret "$(secret_of pywrong)"
  joined
}
it "a wrong secret is refused and spends nothing" python_wrong_secret

python_used_secret() {
  bot pyused && token pyused pyused 'recovery: {mode: standard, limit: 5}'
  local secret before
  secret=$(secret_of pyused)
  joins_python pyused --registration-secret "$secret"
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
it "a Python client joins again with its certificate, over h2 and over the cluster's own protocol" \
  python_rejoin

python_recovery() {
  bot pyrecover && token pyrecover pyrecover 'recovery: {mode: standard, limit: 2}'
  joins_python pyrecover --registration-secret "$(secret_of pyrecover)"
  joined
  local instance
  instance=$(jq -r .instance joined.json)
  joins_python pyrecover --anonymous
  joined '.authenticated == false' ".instance != \"$instance\"" '.generation == "1"' \
    '.join_state.recovery_sequence == 2'
  joins_python pyrecover --anonymous
  refused_python PERMISSION_DENIED 'no (recovery attempts|rejoins) remaining'
  [[ $(recovery_count pyrecover) == 2 ]] || wrong "two recoveries"
  joins_python pyrecover
  joined '.generation == "2"'
}
it "a Python client recovers without its certificate until the limit" python_recovery

python_stale_state() {
  bot pystale && token pystale pystale 'recovery: {mode: standard, limit: 9}'
  joins_python pystale --registration-secret "$(secret_of pystale)"
  joined
  cp -r state copy
  joins_python pystale --anonymous
  joined
  # A copy of the machine from before the recovery: same key, older join state.
  mv state owner && mv copy state
  joins_python pystale --anonymous
  refused_python PERMISSION_DENIED 'join state verification failed'
  # From now on the token is locked for both.
  rm -rf state && mv owner state
  joins_python pystale --anonymous
  refused_python PERMISSION_DENIED 'join state|lock'
}
it "an older copy of a client is found out by its join state, and its token locked" python_stale_state

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

python_registered_keys() {
  bot pykeys
  local kind
  for kind in ed25519 ec rsa; do
    case $kind in
      ed25519) openssl genpkey -quiet -algorithm ed25519 -out "$kind.pem" ;;
      ec) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$kind.pem" ;;
      rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$kind.pem" ;;
    esac
    local line
    line=$("$python" -c 'import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_pem_private_key(open(sys.argv[1], "rb").read(), None).public_key()
print(key.public_bytes(s.Encoding.OpenSSH, s.PublicFormat.OpenSSH).decode())' "$kind.pem")
    token "pykeys-$kind" pykeys "onboarding: {initial_public_key: \"$line\"}" \
      'recovery: {mode: standard, limit: 1}'
    rm -rf state
    joins_python "pykeys-$kind" --key "$kind.pem"
    joined '.rotations == 0' '.challenges == 1' ".bound_public_key == \"$line\""
  done
}
it "a Python client proves keys of every kind that were registered beforehand" python_registered_keys

python_rotation() {
  bot pyrotate && token pyrotate pyrotate
  joins_python pyrotate --registration-secret "$(secret_of pyrotate)"
  joined
  local before
  before=$(jq -r .bound_public_key joined.json)
  # As an operator asks for a new key: the token as it is, with a time that has come.
  tctl get token/pyrotate --format=json |
    jq '.[0] | .spec.bound_keypair.rotate_after = "2020-01-01T00:00:00Z"' | tctl create -f
  joins_python pyrotate
  joined '.authenticated' '.rotations == 1' '.challenges == 2' ".bound_public_key != \"$before\""
  [[ $(status_of pyrotate bound_public_key) == "$(jq -r .bound_public_key joined.json)" ]] ||
    wrong "the new key in the token's status"
  joins_python pyrotate
  joined '.rotations == 0' '.challenges == 1' '.generation == "3"'
}
it "a Python client that is asked for a new key proves it and uses it from then on" python_rotation

python_unknown() {
  bot pyunknown && token pyunknown pyunknown
  joins_python nobody --registration-secret x
  refused_python PERMISSION_DENIED 'token expired or not found'
  joins_python pyunknown --registration-secret x --method token
  refused_python INVALID_ARGUMENT 'method'
}
it "an unknown token and a method that is not the token's are refused" python_unknown
