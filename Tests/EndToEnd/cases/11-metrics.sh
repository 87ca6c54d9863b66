# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# What a running agent and a running authority answer about themselves. Prometheus text is read by the
# parser of prometheus_client, and the alert rules by promtool where it is installed.

# watched_authority : an authority of the case's own that answers at $metrics_port.
watched_authority() {
  metrics_port=$(loopback_port)
  loopback_authority "$PWD/own" own.test --metrics-addr "127.0.0.1:$metrics_port"
  export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca
}

# daemon : an agent that keeps running and answers at $diag_port; sets agent_pid.
daemon() {
  diag_port=$(loopback_port)
  tbot start -c tbot.yaml --diag-addr "127.0.0.1:$diag_port" >daemon.txt 2>&1 &
  agent_pid=$!
  loopback_pids+=("$agent_pid")
}

# asks <port> <path> : leaves the status in `code`, the type in `type` and the body in page.txt.
asks() {
  read -r code type < <(curl -sS -o page.txt -w '%{http_code} %{content_type}\n' "http://127.0.0.1:$1$2")
}

# answers <port> <path> <status> : the same, and expects the status.
answers() {
  asks "$1" "$2"
  [[ $code == "$3" ]] || {
    cat page.txt
    wrong "status $3 for $2, got $code"
  }
}

# metrics <port> <file> : reads /metrics into a file and has it checked.
metrics() {
  asks "$1" /metrics
  [[ $code == 200 && $type == 'text/plain; version=0.0.4; charset=utf-8' ]] ||
    wrong "metrics as Prometheus text, got $code $type"
  cp page.txt "$2"
  prometheus check "$2"
}

prometheus() { "$repository/.venv-peers/bin/python" "$repository/Tests/EndToEnd/metrics.py" "$@"; }

# is <file> <value> <name> [label=text]... : the sample has the value.
is() {
  local file=$1 wanted=$2 found
  shift 2
  found=$(prometheus value "$file" "$@")
  [[ $found == "$wanted" ]] || wrong "$* to be $wanted, it is $found"
}

agent_becomes_ready() {
  "$repository/scripts/peers.sh"
  watched_authority
  bot watched
  token watched watched
  config watched secret="$(secret_of watched)" oneshot=false
  daemon
  tbot wait --diag-addr "127.0.0.1:$diag_port" --timeout 60s
  tbot wait --diag-addr "http://127.0.0.1:$diag_port" --service identity-1 --timeout 60s
  answers "$diag_port" /livez 200
  [[ $(cat page.txt) == OK ]] || wrong "OK"
  answers "$diag_port" /readyz 200
  [[ $type == application/json ]] || wrong "JSON, got $type"
  jq -e '.status == "healthy" and (.services | keys == ["heartbeat", "identity", "identity-1"])
    and ([.services[].status] | unique == ["healthy"])' page.txt >/dev/null || wrong "three healthy services"
  answers "$diag_port" /readyz/identity-1 200
  answers "$diag_port" /readyz/nobody 404
  jq -e .error page.txt >/dev/null || wrong "an error in JSON"
  answers "$diag_port" /nothing 404
  metrics "$diag_port" agent.txt
  is agent.txt 1 tenon_ready
  is agent.txt 1 tenon_join_attempts_total method=bound_keypair purpose=first result=accepted
  is agent.txt 1 tenon_identity_generation
  is agent.txt 1 tenon_allowance_used method=bound_keypair allowance=recoveries
  is agent.txt 0 tenon_allowance_left method=bound_keypair allowance=recoveries
  is agent.txt 1 tenon_output_writes_total name=identity-1 result=written
  is agent.txt 1 tbot_task_iterations_total service=identity name=identity-1
  (($(prometheus value agent.txt tenon_identity_expiry_timestamp_seconds) > $(date +%s) + 3000)) ||
    wrong "an identity that lasts"
  kill -HUP "$agent_pid"
  loopback_until 300 renewed
  metrics "$metrics_port" authority.txt
  is authority.txt 2 tenond_join_attempts_total method=bound_keypair result=accepted
  is authority.txt 0 tenond_locks target=join_token
  is authority.txt 1 tenond_ready
  is authority.txt 1 tenond_allowance_used bot=watched method=bound_keypair allowance=recoveries
  is authority.txt 0 tenond_allowance_left bot=watched
  (($(prometheus value authority.txt tenond_last_join_timestamp_seconds bot=watched) > $(date +%s) - 60)) ||
    wrong "a join within the last minute"
  ! grep -q "$(secret_of watched)" agent.txt authority.txt || wrong "no secret in a metric"
  prometheus known "$repository/packaging/prometheus/tenon.rules.yml" agent.txt authority.txt
  prometheus known "$repository/docs/metrics.md" agent.txt authority.txt
}
# In a shell of its own, which may end.
renewed() (
  metrics "$diag_port" agent.txt &&
    is agent.txt 1 tenon_join_attempts_total method=bound_keypair purpose=refresh result=accepted
)
it "a running agent and its authority are ready, and say so in text that Prometheus reads" agent_becomes_ready

# shows <port> <value> <name> [label=text]... : whether the sample has the value now. In a shell of its own.
shows() (
  metrics "$1" sample.txt && shift && is sample.txt "$@"
)

# becomes <port> <value> <name> [label=text]... : waits for it.
becomes() {
  loopback_until 100 shows "$@" || {
    shows "$@" || true
    wrong "$3 to become $2"
  }
}

figures_move() {
  "$repository/scripts/peers.sh"
  watched_authority
  bot watched
  token watched watched 'recovery: {mode: standard, limit: 3}'
  config watched secret="$(secret_of watched)" oneshot=false
  local joins='tenon_join_attempts_total method=bound_keypair' joined
  local counted='tenond_join_attempts_total method=bound_keypair'
  local labels='method=bound_keypair allowance=recoveries'
  daemon
  tbot wait --diag-addr "127.0.0.1:$diag_port" --timeout 60s

  echo first join
  # shellcheck disable=SC2086
  {
    becomes "$diag_port" 1 $joins purpose=first result=accepted
    becomes "$diag_port" 1 tenon_allowance_used $labels
    becomes "$diag_port" 2 tenon_allowance_left $labels
    becomes "$diag_port" 0 tenon_locked
    becomes "$metrics_port" 1 $counted result=accepted
    becomes "$metrics_port" 1 tenond_allowance_used bot=watched $labels
    becomes "$metrics_port" 2 tenond_allowance_left bot=watched $labels
    becomes "$metrics_port" 0 tenond_locks target=join_token
  }
  joined=$(prometheus value sample.txt tenond_last_join_timestamp_seconds bot=watched)

  echo renewal
  loopback_until 30 later "$joined"
  kill -HUP "$agent_pid"
  # shellcheck disable=SC2086
  {
    becomes "$diag_port" 1 $joins purpose=refresh result=accepted
    becomes "$diag_port" 2 tenon_identity_generation
    becomes "$metrics_port" 2 $counted result=accepted
    becomes "$metrics_port" 1 tenond_allowance_used bot=watched $labels
  }
  (($(prometheus value sample.txt tenond_last_join_timestamp_seconds bot=watched) > joined)) ||
    wrong "a later last join at the authority"
  metrics "$diag_port" agent.txt
  (($(prometheus value agent.txt tenon_last_join_timestamp_seconds) > joined)) || wrong "a later last join at the agent"

  echo lock
  tctl lock --join-token watched --message 'the laptop was stolen'
  becomes "$metrics_port" 1 tenond_locks target=join_token
  kill -HUP "$agent_pid"
  # shellcheck disable=SC2086
  {
    becomes "$diag_port" 1 tenon_locked
    becomes "$diag_port" 1 $joins purpose=refresh result=refused
    becomes "$metrics_port" 1 $counted result=refused reason=access_denied
    becomes "$metrics_port" 2 $counted result=accepted
  }
  answers "$diag_port" /readyz/identity 503
  jq -e '.reason | contains("locked: the laptop was stolen")' page.txt >/dev/null || wrong "the lock's reason"

  echo unlock
  tctl lock rm "$(tctl lock ls --format json | jq -er '.[0].metadata.name')"
  becomes "$metrics_port" 0 tenond_locks target=join_token
  kill -HUP "$agent_pid"
  # shellcheck disable=SC2086
  {
    becomes "$diag_port" 0 tenon_locked
    becomes "$diag_port" 2 $joins purpose=refresh result=accepted
    becomes "$metrics_port" 3 $counted result=accepted
  }
  loopback_stop_one "$agent_pid"

  echo recovery
  config watched ttl=4s extra='renewal_interval: 2s'
  joins
  loopback_until 100 later "$(($(date +%s) + 5))"
  config watched oneshot=false
  daemon
  # shellcheck disable=SC2086
  {
    becomes "$diag_port" 1 $joins purpose=recovery result=accepted
    becomes "$diag_port" 2 tenon_allowance_used $labels
    becomes "$diag_port" 1 tenon_allowance_left $labels
    becomes "$diag_port" 1 tenon_identity_generation
    becomes "$metrics_port" 5 $counted result=accepted
    becomes "$metrics_port" 2 tenond_allowance_used bot=watched $labels
    becomes "$metrics_port" 1 tenond_allowance_left bot=watched $labels
  }

  echo refused join
  config watched storage="$PWD/elsewhere" secret=this-is-not-the-secret
  agent
  refused
  # shellcheck disable=SC2086
  becomes "$metrics_port" 2 $counted result=refused reason=access_denied
  becomes "$metrics_port" 2 tenond_allowance_used bot=watched
}
later() { (($(date +%s) > $1)); }
it "joins, recoveries, their times and locks move on both sides as they happen" figures_move

agent_is_not_ready() {
  "$repository/scripts/peers.sh"
  config nobody secret=wrong oneshot=false server="proxy_server: localhost:$(loopback_port)"
  daemon
  loopback_until 300 curl -sSf "http://127.0.0.1:$diag_port/livez"
  loopback_until 300 failed_to_join
  answers "$diag_port" /readyz 503
  jq -e '.services.identity | .status == "unhealthy" and (.reason | length > 20)' page.txt >/dev/null ||
    wrong "the reason why the identity is not healthy"
  status=0
  tbot wait --diag-addr "127.0.0.1:$diag_port" --timeout 1s >out.txt 2>err.txt || status=$?
  refused 'was not ready within' 'identity is unhealthy'
  status=0
  tbot wait --diag-addr "127.0.0.1:$diag_port" --service nobody >out.txt 2>err.txt || status=$?
  refused 'no service "nobody"'
}
failed_to_join() (
  metrics "$diag_port" agent.txt &&
    (($(prometheus value agent.txt tenon_join_attempts_total purpose=first result=unavailable) > 0))
)
it "an agent that cannot join answers 503 with the reason, and tbot wait gives up with it" agent_is_not_ready

taken_address() {
  config nobody secret=wrong oneshot=false
  agent --diag-addr "127.0.0.1:$authority_port"
  refused "diag_addr: cannot listen on 127.0.0.1:$authority_port: address already in use"
  nothing_written out
  status=0
  timeout 60 tenond start --data-dir "$PWD/data" --cluster-name a.test --listen "127.0.0.1:$(loopback_port)" \
    --admin-socket "$PWD/b.sock" --metrics-addr "127.0.0.1:$authority_port" >out.txt 2>err.txt || status=$?
  refused "--metrics-addr: cannot listen on 127.0.0.1:$authority_port: address already in use"
}
it "an address for questions that is taken ends the start with a sentence" taken_address

refusals_are_counted() {
  "$repository/scripts/peers.sh"
  watched_authority
  bot watched
  token watched watched
  config watched secret=this-is-not-the-secret
  agent
  refused
  metrics "$metrics_port" authority.txt
  is authority.txt 1 tenond_join_attempts_total method=bound_keypair result=refused reason=access_denied
  config no-such-token-of-anybody secret=this-is-not-the-secret
  agent
  refused
  metrics "$metrics_port" authority.txt
  is authority.txt 1 tenond_join_attempts_total method=unknown result=refused reason=access_denied
  ! grep -qE 'no-such-token|not-the-secret' authority.txt || wrong "no token name in a metric"
}
more_recoveries() {
  "$repository/scripts/peers.sh"
  watched_authority
  bot watched
  token watched watched
  config watched secret="$(secret_of watched)"
  joins
  tctl get token/watched --format=json | jq '.[0] | .spec.bound_keypair.recovery.limit = 5' | tctl create -f
  metrics "$metrics_port" authority.txt
  is authority.txt 4 tenond_allowance_left bot=watched method=bound_keypair allowance=recoveries
}
it "a limit that an operator raises shows at once in what is left" more_recoveries

it "refused joins are counted by method and reason, without the name of a token" refusals_are_counted

rules_are_good() {
  command -v promtool >/dev/null || skip "promtool is not installed (Debian package prometheus)"
  promtool check rules "$repository/packaging/prometheus/tenon.rules.yml"
  promtool test rules "$repository/packaging/prometheus/tenon.rules.test.yml"
}
it "the alert rules are good Prometheus, and fire when they should" rules_are_good
