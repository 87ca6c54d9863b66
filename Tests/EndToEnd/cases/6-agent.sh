# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The agent as a process: killed at any moment, told by signals, kept from folders that are not its own.

# whole_identity <folder with key and tlscert> : key and certificate belong together.
whole_identity() {
  [[ $(openssl pkey -in "$1/key" -pubout) == \
  "$(openssl x509 -in "$1/tlscert" -noout -pubkey)" ]] || wrong "key and certificate of $1 to fit"
}

# nothing_on_its_way <folder> : no file that was being written when its writer ended.
nothing_on_its_way() {
  local left
  left=$(find "$1" \( -name '.tenon-tmp-*' -o -name .tenon-journal \))
  [[ -z $left ]] || wrong "nothing left on its way: $left"
}

# survives_kills <kills> [<milliseconds>] : ends runs of the agent with SIGKILL, at moments spread
# over so long, or over as long as a run takes; what both folders hold is whole after each, and the next
# run works.
survives_kills() {
  local kills=$1 kill began span at cut=0
  joins --oneshot
  began=$(date +%s%N)
  joins --oneshot
  span=${2:-$((($(date +%s%N) - began) / 1000000))}
  for ((kill = 1; kill <= kills; kill++)); do
    at=$((span * kill / kills))
    status=0
    timeout --foreground --signal=KILL "$((at / 1000)).$(printf '%03d' $((at % 1000)))" \
      tbot start -c tbot.yaml >out.txt 2>err.txt || status=$?
    cat err.txt >>every-log.txt
    if ((status == 137)); then cut=$((cut + 1)); fi
    # A reader of the current set never sees two generations at once, also while nobody mends it.
    if [[ -e out/.tenon/current ]]; then whole_identity out/.tenon/current; fi
    joins --oneshot
    complete out
    whole_identity out
    whole_identity storage
    nothing_on_its_way out
    nothing_on_its_way storage
  done
  echo "$cut runs were cut short"
  ((cut > 3)) || wrong "several runs to be killed before their end"
}

killed_once() {
  bot killedonce && token killedonce killedonce
  local secret
  secret=$(secret_of killedonce)
  config killedonce secret="$secret"
  survives_kills 12
  kept_secret "$secret"
}
it "an agent killed at any moment of a single run leaves no torn files" killed_once

killed_running() {
  bot killedrunning && token killedrunning killedrunning
  config killedrunning secret="$(secret_of killedrunning)" oneshot=false ttl=2m \
    extra='renewal_interval: 1s'
  survives_kills 8 1000
}
it "an agent killed at any moment while it runs on leaves no torn files" killed_running

killed_before_anything() {
  bot killedfirst
  local at
  for at in 0.02 0.06 0.1 0.14 0.18 0.22 0.26 0.3; do
    token killedfirst killedfirst
    rm -rf storage out
    config killedfirst secret="$(secret_of killedfirst)"
    timeout --foreground --signal=KILL "$at" tbot start -c tbot.yaml >>every-log.txt 2>&1 || true
    joins
    whole_identity storage
    complete out
    tctl rm token/killedfirst >/dev/null
  done
}
it "an agent killed at any moment of its first join can join afterwards" killed_before_anything

differs() { [[ $(sha256sum "$1") != "$2" ]]; }

signals() {
  bot signals && token signals signals
  config signals secret="$(secret_of signals)" oneshot=false
  tbot start -c tbot.yaml >out.txt 2>err.txt &
  local pid=$! before name status
  loopback_pids+=("$pid")
  loopback_until 300 grep -q 'output written' err.txt || wrong "a first identity"
  for name in HUP USR1; do
    before=$(sha256sum out/tlscert)
    kill -"$name" "$pid"
    loopback_until 300 differs out/tlscert "$before" || wrong "new certificates after SIG$name"
  done
  grep -q 'renewing everything now' err.txt
  kill -INT "$pid"
  status=0
  wait "$pid" || status=$?
  ((status == 0)) || wrong "exit code 0 after SIGINT, got $status"
  grep -q 'stopping' err.txt
  if grep -qE 'ERROR|WARN' err.txt; then wrong "no complaint about being told to stop"; fi
}
it "SIGHUP and SIGUSR1 renew at once, SIGINT ends a daemon cleanly" signals

patient_daemon() {
  config none secret=abcdefghijklmnop oneshot=false \
    server="proxy_server: localhost:$(loopback_port)"
  tbot start -c tbot.yaml >out.txt 2>err.txt &
  local pid=$! status=0
  loopback_pids+=("$pid")
  loopback_until 300 grep -q 'cannot join, trying again' err.txt || wrong "a first attempt"
  kill -TERM "$pid"
  wait "$pid" || status=$?
  ((status == 0)) || wrong "exit code 0 after SIGTERM, got $status"
  cp err.txt every-log.txt
  nothing_written out
  kept_secret abcdefghijklmnop
}
it "a daemon waits for an authority that is not there, and can be stopped meanwhile" patient_daemon

debug_secret() {
  bot debugsecret && token debugsecret debugsecret
  local secret
  secret=$(secret_of debugsecret)
  printf '%s\n' "$secret" >secret.txt
  config debugsecret
  sed -i "s|^  token: .*|&\n  bound_keypair: {registration_secret_path: $PWD/secret.txt}|" tbot.yaml
  joins --debug --log-format json
  jq -es 'length > 4 and all(.timestamp and .level and .message)' err.txt >/dev/null ||
    wrong "every line to be an object with timestamp, level and message"
  complete out
  rm -rf storage
  token debugsecret debugsecret
  secret=$(secret_of debugsecret)
  config debugsecret
  TBOT_REGISTRATION_SECRET=$secret joins --debug
  kept_secret "$secret"
  kept_secret "$(cat secret.txt)"
}
it "a secret from a file or the environment is in no log, however much is logged" debug_secret

linked_destination() {
  bot linkeddest && token linkeddest linkeddest
  mkdir -m 0700 elsewhere
  ln -s elsewhere out
  config linkeddest secret="$(secret_of linkeddest)"
  agent
  refused "$PWD/out" 'symbolic link|symlink' 'folder it points at|replace the link'
  nothing_written elsewhere
  [[ $(recovery_count linkeddest) == 0 ]] || wrong "nothing to have been spent"
  sed -i "s|^      path: $PWD/out|&\n      symlinks: insecure|" tbot.yaml
  joins
  complete elsewhere
}
it "a destination that is a symbolic link is refused, and written when that is asked for" linked_destination

foreign_folders() {
  needs_root
  bot foreign && token foreign foreign
  mkdir -m 0755 foreign
  chown nobody foreign
  config foreign secret="$(secret_of foreign)" storage="$PWD/foreign"
  agent
  refused "$PWD/foreign" 'belongs to user' 'chown'
  config foreign secret="$(secret_of foreign)" destination="$PWD/foreign"
  sed -i "s|^      path: $PWD/foreign|&\n      symlinks: secure|" tbot.yaml
  agent
  refused "$PWD/foreign" 'belongs to user' 'chown'
  nothing_written foreign
  chown root foreign
  chmod 0777 foreign
  config foreign secret="$(secret_of foreign)" storage="$PWD/foreign"
  agent
  refused "$PWD/foreign" 'written by other users' 'chmod go-w'
  nothing_written foreign
  [[ $(recovery_count foreign) == 0 ]] || wrong "nothing to have been spent"
}
it "a folder of somebody else, or open to others, is refused with what to do" foreign_folders

holder() {
  bot holder && token holder holder
  config holder secret="$(secret_of holder)" oneshot=false
  tbot start -c tbot.yaml >first.txt 2>&1 &
  local pid=$!
  loopback_pids+=("$pid")
  loopback_until 300 test -s out/identity || wrong "a first agent"
  agent --oneshot
  refused "process $pid, tbot" "$PWD/storage" 'stop that one'
  status=0
  tbot keypair create --storage "$PWD/storage" --proxy-server="localhost:$authority_port" \
    >out.txt 2>err.txt || status=$?
  refused "process $pid"
  kill -KILL "$pid"
  wait "$pid" || true
  joins --oneshot
  # An agent of another make locks the same file and writes nothing into it.
  : >storage/lock
  python3 -c 'import fcntl, sys
file = open("storage/lock")
fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()' \
    < <(sleep 600) >locked.txt &
  pid=$!
  loopback_pids+=("$pid")
  loopback_until 300 test -s locked.txt || wrong "the lock held"
  agent --oneshot
  refused "process $pid, python3" "$PWD/storage"
}
it "who wants a storage that is in use learns which process has it" holder

authority_file() {
  bot authfile && token authfile authfile
  unset SSL_CERT_FILE
  config authfile secret="$(secret_of authfile)" server="auth_server: localhost:$authority_port"
  agent
  refused "localhost:$authority_port" 'onboarding.ca_pins' 'tctl status'
  config authfile secret="$(secret_of authfile)" server="auth_server: localhost:$authority_port" \
    onboarding="ca_path: $PWD/ca.pem"
  agent
  refused "$PWD/ca.pem" 'no such file'
  : >ca.pem
  agent
  refused "$PWD/ca.pem holds no certificate" 'tctl auth export'
  tctl auth export --type=tls-user >ca.pem
  agent
  refused "localhost:$authority_port" 'trusted authority'
  nothing_written out
  tctl auth export --type=tls-host >ca.pem
  joins
  complete out
}
it "an authority reached directly is believed by ca_path, and by the right one only" authority_file
