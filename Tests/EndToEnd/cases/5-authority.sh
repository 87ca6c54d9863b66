# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The authority as a process: its folder, its ports, its sockets, its end.

# authority_ends [flag]... : an authority that is expected not to stay, in the case's own folder; flags
# win over the ones here. Leaves its exit code in `status` and its words in err.txt.
authority_ends() {
  status=0
  timeout 60 tenond start --data-dir "$PWD/data" --cluster-name example.test \
    --listen "127.0.0.1:$(loopback_port)" --admin-socket "$PWD/second.sock" "$@" \
    >out.txt 2>err.txt || status=$?
}

# own_authority : an authority of the case's own. Variables of the shared one are hidden.
own_authority() {
  loopback_authority "$PWD/own" own.test
  export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca
}

# instances_of <bot> : how many lineages the authority holds.
instances_of() {
  tctl get bot_instance --format=json | jq --arg bot "$1" '[.[] | select(.spec.bot_name == $bot)] | length'
}

second_process() {
  own_authority
  authority_ends --data-dir "$PWD/own/data" --cluster-name own.test
  refused "another tenond uses the data directory $PWD/own/data" 'give this one another --data-dir'
}
it "a second authority does not take the data of a running one" second_process

wrong_cluster() {
  own_authority
  loopback_stop_one "$authority_pid"
  authority_ends --data-dir "$PWD/own/data" --cluster-name other.test
  refused 'belongs to the cluster "own.test", not to "other.test"' 'pass --cluster-name own.test'
}
it "an authority does not start under another cluster's name" wrong_cluster

port_in_use() {
  authority_ends --listen "127.0.0.1:$authority_port"
  refused "127.0.0.1:$authority_port" 'in use'
  [[ ! -e second.sock ]] || wrong "no admin socket left behind"
}
it "an authority whose port is taken says so and ends" port_in_use

socket_in_use() {
  authority_ends --admin-socket "$authority_socket"
  refused "another server answers at $authority_socket" 'stop it or choose another'
  tctl status >/dev/null || wrong "the first authority to keep its socket"
  echo precious >second.sock
  authority_ends
  refused "$PWD/second.sock exists and is not a socket" 'choose another path'
  [[ $(<second.sock) == precious ]] || wrong "the file to stay"
  authority_ends --admin-socket "$PWD/missing/as-well/admin.sock"
  refused "cannot make the folder $PWD/missing/as-well" 'no such file' 'choose another'
}
it "an authority takes no socket and no file that is somebody else's" socket_in_use

open_to_others() {
  mkdir -m 0777 data
  authority_ends
  refused "the data directory $PWD/data" 'others may write to it' "chmod 0700 $PWD/data"
  [[ -z $(ls -A data) ]] || wrong "nothing written to a folder that is open to others"
  chmod 0700 data
  if [[ $(id -u) == 0 ]]; then
    chown 65534 data
    authority_ends
    refused 'belongs to somebody else' "chown 0 $PWD/data"
  fi
}
it "a data directory that others may change is refused, with what to do" open_to_others

bad_flags() {
  authority_ends --suite rot13
  refused '--suite rot13' 'balanced-v1'
  authority_ends --listen nonsense
  refused 'nonsense'
  authority_ends --web-cert only.pem
  refused '--web-cert and --web-key belong together'
  authority_ends --listen 0.0.0.0:3080
  refused 'agents cannot reach' '--public-addr'
}
it "wrong flags are refused in one sentence" bad_flags

clean_end() {
  own_authority
  kill -TERM "$authority_pid"
  local status=0
  wait "$authority_pid" || status=$?
  ((status == 0)) || wrong "exit code 0 after SIGTERM, got $status"
  [[ ! -S $authority_socket ]] || wrong "the admin socket to be gone"
  grep -q 'stopping' own/tenond.log || wrong "a log line that it stops"
}
it "an authority ends cleanly on SIGTERM" clean_end

killed() {
  own_authority
  bot killed && token killed killed 'recovery: {mode: standard, limit: 1}'
  config killed secret="$(secret_of killed)" server="proxy_server: localhost:$authority_port"
  joins
  local before pin
  before=$(tctl get token/killed --format=json)
  pin=$(tctl status | grep 'CA pin')
  kill -KILL "$authority_pid"
  wait "$authority_pid" 2>/dev/null || true
  own_authority
  [[ $(tctl get token/killed --format=json) == "$before" ]] || wrong "the same token"
  [[ $(tctl status | grep 'CA pin') == "$pin" ]] || wrong "the same host authority"
  config killed server="proxy_server: localhost:$authority_port"
  joins
  [[ $(recovery_count killed) == 1 ]] || wrong "a rejoin after the restart"
}
it "an authority that was killed has everything it had promised" killed

# Agent and authority die at the same moment, at moments spread over the time a join takes. In this
# mode the key alone is enough to come back, so the machine must get in whatever was lost.
killed_in_a_join() {
  local try name secret joining
  for try in 03 06 07 08 09 10 11 12 14; do
    name=killed$try
    own_authority
    bot "$name" && token "$name" "$name" 'recovery: {mode: insecure}'
    secret=$(secret_of "$name")
    config "$name" secret="$secret" storage="$PWD/storage$try" \
      server="proxy_server: localhost:$authority_port"
    tbot start -c tbot.yaml >>every-log.txt 2>&1 &
    joining=$!
    sleep "0.$try"
    kill -KILL "$authority_pid" "$joining" || true
    wait "$authority_pid" "$joining" 2>/dev/null || true
    own_authority
    counted_once "$name"
    config "$name" secret="$secret" storage="$PWD/storage$try" \
      server="proxy_server: localhost:$authority_port"
    joins
    counted_once "$name"
    loopback_stop_one "$authority_pid"
  done
  jq -es 'all(.time and .event)' own/data/audit.jsonl >/dev/null || wrong "a whole audit log"
}
# counted_once <name> : token and bot instances of that name agree on how often it joined anew.
counted_once() {
  echo "$1: $(recovery_count "$1")"
  [[ $(recovery_count "$1") == "$(instances_of "$1")" ]] || wrong "one bot instance per recovery"
}
it "an authority killed in the middle of a join has committed it wholly or not" killed_in_a_join

restored() {
  own_authority
  bot restored && token restored restored 'recovery: {mode: standard, limit: 1}'
  config restored secret="$(secret_of restored)" server="proxy_server: localhost:$authority_port"
  joins
  loopback_stop_one "$authority_pid"
  cp -a own/data backup
  rm -rf own/data
  cp -a backup own/data
  own_authority
  config restored server="proxy_server: localhost:$authority_port"
  joins
  [[ $(recovery_count restored) == 1 ]] || wrong "the restored token to know its machine"
}
it "a copy of the data directory is a backup" restored

private_files() {
  own_authority
  bot private && token private private
  local file mode
  [[ $(stat -c %a own/data) == 700 ]] || wrong "mode 700 of the data directory"
  for file in own/data/* "$authority_socket"; do
    mode=$(stat -c %a "$file")
    [[ $mode == 600 ]] || wrong "mode 600 of $file, got $mode"
  done
}
it "data and admin socket are for their owner alone" private_files

other_user() {
  [[ $(id -u) == 0 ]] || skip "needs root to become somebody else"
  own_authority
  chmod 0755 . .. own
  chmod 0666 "$authority_socket"
  local status=0
  setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$(command -v tctl)" --admin-socket "$authority_socket" status 2>err.txt ||
    setpriv --reuid=65534 --regid=65534 --clear-groups \
      "$(command -v tctl)" status --admin-socket "$authority_socket" >out.txt 2>err.txt || status=$?
  ((status == 1)) || wrong "exit code 1 for another user"
  grep -q '^ERROR: ' err.txt || wrong "an error line"
  tctl status >/dev/null || wrong "the authority to go on"
}
it "the admin socket refuses other users even when its mode lets them in" other_user

garbage() {
  own_authority
  local i
  for i in 1 2 3; do
    head -c 70000 /dev/urandom | timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(10)
try:
    s.sendall(sys.stdin.buffer.read()); s.shutdown(socket.SHUT_WR); s.recv(65536)
except OSError:
    pass' "$authority_socket"
    head -c 70000 /dev/urandom | timeout 20 python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); s.settimeout(10)
try:
    s.sendall(sys.stdin.buffer.read()); s.shutdown(socket.SHUT_WR); s.recv(65536)
except OSError:
    pass' "$authority_port"
  done
  loopback_alive "$authority_pid" || wrong "the authority to be alive"
  tctl status >/dev/null || wrong "the authority to answer"
}
it "garbage on its sockets does not move the authority" garbage

nobody_there() {
  local status=0
  tctl --help >/dev/null
  TENON_ADMIN_SOCKET=$PWD/none.sock tctl status >out.txt 2>err.txt || status=$?
  refused "$PWD/none.sock" 'tenond|authority'
}
it "tctl says when there is no authority" nobody_there

full_output() {
  [[ -c /dev/full ]] || skip "needs /dev/full"
  local status=0
  tctl auth export --type=tls-host >/dev/full 2>err.txt || status=$?
  refused 'cannot write the output' 'No space left'
}
it "tctl does not pretend that its output was written" full_output

files_on_stdin() {
  local status=0
  tctl create </dev/null >out.txt 2>err.txt || status=$?
  refused 'no resources found, empty input?'
  status=0
  printf 'kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {rols: []}\n' >bad.yaml
  tctl create bad.yaml >out.txt 2>err.txt || status=$?
  refused 'bad.yaml: line 4, column 8: unknown key "rols" in spec; did you mean roles?'
  status=0
  tctl create missing.yaml >out.txt 2>err.txt || status=$?
  refused 'missing.yaml: No such file or directory'
  status=0
  tctl get nonsense >out.txt 2>err.txt || status=$?
  refused 'there is no resource kind "nonsense"'
  status=0
  tctl rm token >out.txt 2>err.txt || status=$?
  refused 'name one resource'
}
it "tctl names the file, the line and the remedy" files_on_stdin

read_only_data() {
  small_disk "$PWD/disk"
  mkdir -m 0700 disk/data
  mount -o remount,ro "$PWD/disk"
  authority_ends --data-dir "$PWD/disk/data"
  refused "$PWD/disk/data" 'read-only|writ'
}
it "a read-only data directory is refused at the start" read_only_data

loses_lines() {
  bot again && return 1
  grep -q 'the audit log .* loses lines: No space left' own/tenond.log
}
full_data() {
  needs_root
  mkdir -p own
  mount -t tmpfs -o size=2m,mode=0700 tmpfs own || skip "may not mount here"
  own_authority
  bot full
  dd if=/dev/zero of=own/ballast bs=4k 2>/dev/null || true
  local status=0 i
  for ((i = 0; i < 60 && status == 0; i++)); do
    { bot "full$i" || status=$?; } 2>err.txt
  done
  ((status != 0)) || wrong "a full disk to refuse a change"
  refused 'free some disk space; nothing of the change was kept'
  tctl get bot/full --format=json >/dev/null || wrong "the authority to go on reading"
  # Refusals are audited too, until the last page of the file is full.
  loopback_until 100 loses_lines || wrong "a word on lost audit lines"
  rm own/ballast
  bot after
  grep -q 'the audit log .* works again' own/tenond.log || wrong "a word that they are kept again"
  jq -es 'all(.time and .event)' own/data/audit.jsonl >/dev/null || wrong "whole lines only"
  [[ $(tctl get bot --format=json | jq '[.[] | select(.metadata.name == "after")] | length') == 1 ]]
}
it "a full disk refuses changes, keeps what is there, and heals" full_data
