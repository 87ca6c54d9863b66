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
    '.steps == ["client_init", "bound_keypair_init", "solution", "solution"]'
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
    '.steps == ["client_init", "bound_keypair_init", "solution"]'
  complete out
}
it "the agent joins a Python authority again with its certificate" agent_rejoin

agent_recovery() {
  python_authority --registration-secret 7f3c0de5 --limit 2
  agent_config secret=7f3c0de5
  joins
  find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete
  agent_config
  joins
  saw .ok '.generation == 1' '.recoveries == 2'
  find storage -type f ! -name 'id_bkp*' ! -name 'bkp_*' -delete
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
  saw .ok
}
it "the agent joins a Python authority that it knows by its pin" agent_auth_server

agent_is_lied_to() {
  local lie words
  while IFS='|' read -r lie words; do
    rm -rf storage out
    python_authority --registration-secret 7f3c0de5 --lie "$lie"
    agent_config secret=7f3c0de5
    agent
    refused "$words"
    nothing_written out
    # An identity of the past is kept with the join state that belongs to it, and used for nothing.
    [[ $lie == validity || ! -s storage/tlscert ]] || wrong "no identity kept after the lie: $lie"
    loopback_stop
  done <<'LIES'
method|carrier_pigeon
challenge|key
certificate|key
validity|valid|expired
bound key|key
host|bot
LIES
}
it "an authority that lies to the agent is found out before anything is written" agent_is_lied_to

agent_says_why_it_gives_up() {
  python_authority --registration-secret 7f3c0de5 --lie challenge
  agent_config secret=7f3c0de5
  agent
  saw '.ok == false' '.steps | last == "giving_up"' '.reason | startswith("client gave up: ")'
}
it "the agent tells the authority why it gives up" agent_says_why_it_gives_up
