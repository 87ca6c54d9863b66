# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The agent joins the Python authority.

# python_authority [flag]... : starts one in this folder; sets python_port. What it sees is in events.json.
python_authority() {
  rm -f events.json
  "$python" "$peers/join_server.py" --ca-out trust.pem "$@" >events.json 2>server.err &
  loopback_pids+=("$!")
  loopback_until 200 grep -q '"ready"' events.json || {
    cat server.err
    wrong "the Python authority to start"
  }
  python_port=$(jq -r 'select(.event == "ready") | .address' events.json | cut -d : -f 2)
  export SSL_CERT_FILE=$PWD/trust.pem
}

# agent_config [key=value]... : the agent's configuration for that authority.
agent_config() { config example server="proxy_server: localhost:$python_port" "$@"; }

# encoded : the name under which that authority's cluster is dialled.
encoded() { printf '%s.teleport.cluster.local' "$(printf python.example | od -An -tx1 | tr -d ' \n')"; }

# forgets : leaves of the agent's storage only what proves its key.
forgets() { find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete; }

# saw <jq condition>... : the last join that the authority saw fits each condition.
saw() {
  local condition
  for condition in "$@"; do
    jq -se "map(select(.event == \"join\")) | last | $condition" events.json >/dev/null || {
      cat events.json
      wrong "$condition"
    }
  done
}

agent_first_join() {
  python_authority --registration-secret 7f3c0de5
  agent_config secret=7f3c0de5
  joins
  complete out
  saw .ok '.generation == 1' '.recoveries == 1' \
    '.steps == ["client_init", "bound_keypair_init", "solution", "solution"]' \
    '.alpn == "teleport-proxy-grpc"' '.server_name == "localhost"' '.certificate == false' \
    '.ttl > 3500 and .ttl <= 3600'
  [[ $(cut -d ' ' -f 1,2 storage/id_bkp.pub) == "$(jq -sr \
    'map(select(.event == "join")) | last | .bound_public_key' events.json)" ]] ||
    wrong "the bound key in the agent's storage"
  ssh-keygen -L -f out/key-cert.pub | grep -q 'Key ID: "bot-example"' || wrong "the bot's certificate"
  openssl x509 -in out/tlscert -noout -issuer | grep -q python.example || wrong "the cluster's name"
  jq -se 'map(select(.event == "call" and .method == "GenerateUserCerts"))
    | length > 0 and all(.caller.username == "bot-example")' events.json >/dev/null ||
    wrong "certificates asked for with the agent's own"
}
it "the agent joins a Python authority with a registration secret" agent_first_join

agent_rejoin() {
  python_authority --registration-secret 7f3c0de5
  agent_config secret=7f3c0de5
  joins
  local instance
  instance=$(jq -sr 'map(select(.event == "join")) | last | .instance' events.json)
  agent_config
  joins
  saw .ok '.generation == 2' '.recoveries == 1' ".instance == \"$instance\"" \
    '.steps == ["client_init", "bound_keypair_init", "solution"]' \
    ".alpn == \"teleport-auth@$(encoded)\"" ".server_name == \"$(encoded)\"" .certificate
  complete out
}
it "the agent joins a Python authority again with its certificate" agent_rejoin

agent_recovery() {
  python_authority --registration-secret 7f3c0de5 --limit 2
  agent_config secret=7f3c0de5
  joins
  forgets
  agent_config
  joins
  saw .ok '.generation == 1' '.recoveries == 2'
  forgets
  agent
  refused 'no recovery attempts remaining'
}
it "the agent recovers at a Python authority until the limit" agent_recovery

agent_wrong_secret() {
  python_authority --registration-secret 7f3c0de5
  agent_config secret=00000000
  agent
  refused 'a valid registration secret is required'
  nothing_written out
  saw '.ok == false'
}
it "the agent with a wrong secret is refused by a Python authority and writes nothing" \
  agent_wrong_secret

agent_auth_server() {
  python_authority --registration-secret 7f3c0de5
  agent_config secret=7f3c0de5 server="auth_server: localhost:$python_port" \
    onboarding="ca_pins: [\"$(jq -r 'select(.event == "ready") | .ca_pin' events.json)\"]"
  joins
  complete out
  saw .ok '.alpn == "h2"' '.server_name == "teleport.cluster.local"' '.certificate == false'
  joins
  saw .ok '.generation == 2' '.alpn == "h2"' ".server_name == \"$(encoded)\"" .certificate
}
it "the agent joins a Python authority that it knows by its pin" agent_auth_server

agent_other_pin() {
  python_authority --registration-secret 7f3c0de5
  agent_config secret=7f3c0de5 server="auth_server: localhost:$python_port" \
    onboarding="ca_pins: [\"sha256:$(printf %064d 0)\"]"
  agent
  refused 'pin'
  nothing_written out
  jq -se 'map(select(.event == "join")) == []' events.json >/dev/null || wrong "no join without the pin"
}
it "the agent does not even ask to join where its pin does not fit" agent_other_pin

agent_registered_key() {
  mkdir storage
  python_authority --registration-secret unused
  tbot keypair create --storage "$PWD/storage" --proxy-server "localhost:$python_port" --format json >made.json
  loopback_stop
  python_authority --initial-public-key "$(jq -r .public_key made.json)"
  agent_config
  joins
  complete out
  saw .ok '.generation == 1' '.recoveries == 1' \
    '.steps == ["client_init", "bound_keypair_init", "solution"]' \
    ".bound_public_key == $(jq .public_key made.json)"
}
it "the agent joins a Python authority with a key that was registered beforehand" agent_registered_key

agent_suites() {
  local suite
  for suite in legacy fips-v1 hsm-v1; do
    rm -rf storage out
    python_authority --registration-secret 7f3c0de5 --suite "$suite"
    agent_config secret=7f3c0de5
    joins
    complete out
    saw .ok
    loopback_stop
  done
}
it "the agent makes the keys that the suite of a Python authority wants" agent_suites
