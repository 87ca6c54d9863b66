# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The agent as a service: the unit, what a hardened one leaves to the agent, and what telemetry tells whom.

needs_systemd_analyze() {
  command -v systemd-analyze >/dev/null || skip "needs systemd-analyze"
}

# own_etc <command>... : runs a command on a machine whose /etc is a copy, so that it may write there.
own_etc() {
  needs_root
  mkdir -p etc
  cp -a /etc/. etc/
  mkdir -p etc/systemd/system
  # shellcheck disable=SC2016
  unshare -m bash -euc 'mount --make-rprivate / && mount --bind etc /etc && exec "$@"' own_etc "$@"
}

systemd_guide() {
  needs_root
  config example
  mkdir -p etc
  # shellcheck disable=SC2016
  own_etc bash -euc 'cp tbot.yaml /etc/tbot.yaml
    tbot install systemd \
      --write \
      --config /etc/tbot.yaml \
      --user teleport \
      --group teleport \
      --anonymous-telemetry' 2>err.txt
  [[ $(stat -c %a etc/systemd/system/tbot.service) == 644 ]] || wrong "mode 0644"
  sed "s|$TENON_TEST_TREE|/usr/local|" etc/systemd/system/tbot.service |
    diff - "$repository/Tests/HostTests/Golden/telemetry.service" || wrong "the unit of the guide"
  grep -q 'systemctl daemon-reload && systemctl enable --now tbot' err.txt || wrong "what to run next"
  grep -q 'useradd .* teleport' err.txt || getent passwd teleport || wrong "the missing user"
}

# unit [flag]... : `install systemd` for ./tbot.yaml into ./units; leaves exit code, out and err as `agent`.
unit() {
  mkdir -p units
  status=0
  tbot install systemd -c tbot.yaml --systemd-directory units "$@" >out.txt 2>err.txt || status=$?
}

systemd_rows() {
  config example
  unit
  ((status == 0)) || wrong "a dry run"
  grep -q "^# $PWD/units/tbot.service (not written" out.txt || wrong "the path"
  grep -q "^ExecStart=$TENON_TEST_TREE/bin/tbot start -c $PWD/tbot.yaml$" out.txt || wrong "the link and the file"
  nothing_written units
  unit --write
  ((status == 0)) || wrong "a unit"
  diff <(tail -n +2 out.txt) /dev/null >/dev/null || wrong "nothing on stdout"
  local first
  first=$(fingerprint units)
  unit --write
  ((status == 0)) && [[ $(fingerprint units) == "$first" ]] || wrong "the same unit left alone"
  unit --write --anonymous-telemetry
  refused 'units/tbot.service differs' '--force' 'systemctl edit tbot'
  grep -qx '  - Environment="TELEPORT_ANONYMOUS_TELEMETRY=0"' err.txt || wrong "what differs"
  [[ $(fingerprint units) == "$first" ]] || wrong "the other unit left alone"
  unit --write --force --anonymous-telemetry
  ((status == 0)) && grep -q 'TELEMETRY=1' units/tbot.service || wrong "the unit replaced"
  unit --name a/b --user 'x y'
  refused '--name "a/b"' '--user "x y"'
  status=0
  tbot install systemd >out.txt 2>err.txt || status=$?
  refused 'parameter --config is missing'
}

# The figure is that of the systemd of this machine.
systemd_hardened_rating() {
  needs_systemd_analyze
  cat >tbot.yaml <<YAML
version: v2
proxy_server: example.teleport.sh:443
onboarding: {join_method: tpm, token: my-bot-token}
storage: {type: directory, path: /var/lib/teleport/bot}
services: []
YAML
  unit --hardened --write --user root --group root
  ((status == 0)) || { cat err.txt && wrong "a hardened unit"; }
  grep -qx 'DeviceAllow=/dev/tpmrm0 rw' units/tbot.service || wrong "the device of the plugin"
  grep -qx 'ReadWritePaths=-/var/lib/teleport/bot' units/tbot.service || wrong "the storage"
  systemd-analyze security --offline=true --no-pager --threshold=20 units/tbot.service | tail -n 1
  systemd-analyze verify --man=no "$PWD/units/tbot.service" 2>&1 | grep -F tbot.service |
    grep -v 'Failed to parse system call, ignoring' && wrong "a unit that systemd understands"
  return 0
}

# confined_run : runs the command of units/agent.service as its user, under its restrictions.
confined_run() {
  mkdir -p storage out
  chown -R nobody:nogroup storage out
  chmod 711 "$suite" "$here"
  chmod 644 tbot.yaml
  unit --hardened --write --force --user nobody --group nogroup --name "agent-$$-$1"
  ((status == 0)) || { cat err.txt && wrong "a hardened unit"; }
  install -d -o nobody -g nogroup "/run/agent-$$-$1"
  status=0
  timeout 120 python3 "$repository/Tests/EndToEnd/confined.py" "units/agent-$$-$1.service" \
    >out.txt 2>err.txt || status=$?
  rmdir "/run/agent-$$-$1" || wrong "an empty folder: the pid file removed"
  cat err.txt
}

needs_confinement() {
  needs_root
  needs_systemd_analyze
  python3 -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null || skip "needs libseccomp"
  unshare -m true 2>/dev/null || skip "needs a mount namespace"
}

systemd_hardened_runs() {
  needs_confinement
  bot confined
  token confined confined
  config confined "secret=$(secret_of confined)"
  confined_run first
  ((status == 0)) || wrong "the agent joins under its unit's restrictions, but its exit code is $status"
  complete out
  [[ $(stat -c %U out/key) == nobody ]] || wrong "files of the unit's user"
  if grep -E 'WARN|ERROR' err.txt; then wrong "no complaint of the agent"; fi
  # The filters hold: what makes a namespace elsewhere may not here.
  sed "s|^ExecStart=.*|ExecStart=$(command -v unshare) --user true|" "units/agent-$$-first.service" \
    >units/other.service
  unshare --user true || skip "needs user namespaces to compare with"
  if python3 "$repository/Tests/EndToEnd/confined.py" units/other.service; then wrong "a refusal"; fi
  # Where the unit does not let it write, the agent cannot.
  sed -i "s|path: $PWD/out|path: $PWD/elsewhere|" tbot.yaml
  mkdir elsewhere
  chown nobody elsewhere
  sed "s|$PWD/elsewhere|$PWD/out|" "units/agent-$$-first.service" >units/other.service
  install -d -o nobody -g nogroup "/run/agent-$$-first"
  status=0
  python3 "$repository/Tests/EndToEnd/confined.py" units/other.service >out.txt 2>err.txt || status=$?
  rmdir "/run/agent-$$-first"
  refused 'elsewhere.*read-only file system'
}

systemd_hardened_tpm_runs() {
  needs_confinement
  needs_software_tpm
  software_tpm confined --create-ek-cert
  chmod -R a+rwX "$(dirname "$maker")/.."
  bot example
  maker='' tpm_token confined-tpm "{ek_public_hash: $(identified 'EKPub Hash')}"
  tpm_config confined-tpm
  confined_run second
  ((status == 0)) || wrong "the agent joins with its TPM under the unit's restrictions"
  complete out
}

systemd_reload() {
  bot served
  token served served
  config served "secret=$(secret_of served)" oneshot=false
  local command pid
  unit --pid-file "$PWD/agent.pid"
  command=$(sed -n 's/^ExecStart=//p' out.txt)
  $command 2>daemon.txt &
  pid=$!
  loopback_pids+=("$pid")
  loopback_until 300 grep -q 'output written' daemon.txt || wrong "the agent at work"
  [[ $(<agent.pid) == "$pid" ]] || wrong "the number of the process"
  # A second agent on the same storage ends, and the file stays.
  agent --pid-file agent.pid
  refused 'another agent'
  [[ $(<agent.pid) == "$pid" ]] || wrong "the first agent's file"
  kill -HUP "$(<agent.pid)"
  loopback_until 300 awk '/output written/ { n++ } END { exit n < 2 }' daemon.txt || wrong "a renewal"
  kill -TERM "$pid"
  wait "$pid" || wrong "exit code 0"
  [[ ! -e agent.pid ]] || wrong "no pid file behind"
  agent --pid-file none/agent.pid
  refused 'there is no folder .*/none' '--pid-file'
}

# collector <answer> : a web server that keeps what it is sent in collector/record. Sets collector_port.
collector() {
  mkdir -p collector
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 1 \
    -addext subjectAltName=DNS:localhost -keyout collector/key.pem -out collector/cert.pem 2>/dev/null
  cat collector/cert.pem collector/key.pem >collector/both.pem
  printf '%b' "$1" >collector/answer
  python3 "$repository/Tests/WireTests/Support/tls_page.py" collector/both.pem collector/answer \
    collector/record >collector/port 2>/dev/null &
  loopback_pids+=("$!")
  loopback_until 100 test -s collector/port || wrong "a collector"
  collector_port=$(<collector/port)
  cat "$authority_ca" collector/cert.pem >trust.pem
  export SSL_CERT_FILE=$PWD/trust.pem
}

systemd_telemetry() {
  bot told
  token told told
  config told "secret=$(secret_of told)"
  collector 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'
  local address=https://localhost:$collector_port
  TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS=$address joins
  TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS=$address TELEPORT_ANONYMOUS_TELEMETRY=0 joins
  TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS=$address TELEPORT_ANONYMOUS_TELEMETRY=maybe joins
  grep -q 'WARN.*neither true nor false' err.txt || wrong "a warning"
  TELEPORT_ANONYMOUS_TELEMETRY=1 joins
  grep -q 'INFO.*TELEMETRY_ADDRESS is not set' err.txt || wrong "a line that says where nothing goes"
  [[ ! -e collector/record ]] || wrong "nothing sent: $(cat collector/record)"
  TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS=$address TELEPORT_ANONYMOUS_TELEMETRY=true joins
  grep -c '^POST ' collector/record | grep -qx 1 || wrong "one call"
  grep -q '^POST /prehog.v1alpha.TbotReportingService/SubmitTbotEvent HTTP/1.1' collector/record ||
    wrong "the path of the call"
  tail -n 1 collector/record >event.json
  jq -e '(.distinctId | length == 36) and (.timestamp | fromdateiso8601? // (sub("\\.[0-9]+Z"; "Z") | fromdateiso8601))
    and .start.runMode == "RUN_MODE_ONE_SHOT" and .start.joinType == "bound_keypair"
    and .start.destinationsOther == 1 and (.start | length == 6)' event.json || wrong "the event"
  if grep -iE 'told|localhost|example' event.json; then wrong "an event that names nobody"; fi
  # A collector that is gone costs nothing but a warning.
  TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS=https://localhost:1 TELEPORT_ANONYMOUS_TELEMETRY=1 joins
  grep -q 'WARN.*this start was not reported' err.txt || wrong "a warning"
}

it "the command of the guide writes the guide's unit" systemd_guide
it "a unit is shown, written, left alone, defended and replaced" systemd_rows
it "systemd rates a hardened unit 2.0 or better" systemd_hardened_rating
it "an agent joins under the restrictions of its hardened unit" systemd_hardened_runs
it "an agent joins with its TPM under the restrictions of its hardened unit" systemd_hardened_tpm_runs
it "a service reloads by its pid file, which goes with it" systemd_reload
it "telemetry tells the collector of the operator's choice that an agent started, and nobody else" systemd_telemetry
