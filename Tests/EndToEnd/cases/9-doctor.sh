# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# `tenon doctor`: every question is answered, in order, and nothing is changed by asking.

# doctor [flag]... : leaves its exit code in `status`, its rows in rows.json.
doctor() {
  status=0
  timeout 60 tenon doctor "$@" --format json >rows.json 2>err.txt || status=$?
  cat rows.json err.txt >>every-log.txt
  jq -e '.checks | length > 0' rows.json >/dev/null || {
    cat err.txt rows.json
    wrong "rows of a doctor"
  }
}

# row <name> <outcome> [regular expression for the sentence [for the remedy]]
row() {
  jq -e --arg name "$1" --arg outcome "$2" --arg sentence "${3:-.}" --arg remedy "${4:-}" '
    any(.checks[]; .name == $name and .outcome == $outcome and (.milliseconds | type) == "number"
      and (.sentence | test($sentence)) and (.remedy | test($remedy)))' rows.json >/dev/null || {
    cat rows.json
    wrong "a row $1 $2 $*"
  }
}

# everything <folder> : what is in it, with times and contents.
everything() {
  find "$1" -printf '%p %y %m %s %T@\n' 2>/dev/null | sort
  find "$1" -type f -exec sha256sum {} + 2>/dev/null | sort
}

doctor_before_and_after() {
  bot checked
  token checked checked
  config checked "secret=$(secret_of checked)"
  doctor -c tbot.yaml
  ((status == 0)) || wrong "exit code 0 before the first start, got $status"
  [[ ! -e storage && ! -e out ]] || wrong "no folder made"
  row configuration passed 'tbot.yaml is in order'
  row 'plugin bound_keypair' passed
  row 'plugin identity' passed
  row storage passed 'is not there yet; the agent makes it'
  row 'output identity-1' passed 'is not there yet'
  row authority passed 'serves the cluster example.test'
  row 'stored identity' skipped 'none yet'
  joins
  everything . | grep -v -e every-log -e rows.json -e err.txt -e '^\. ' >before.txt
  doctor -c tbot.yaml
  ((status == 0)) || wrong "exit code 0 after a join, got $status"
  row storage passed 'mode 0700, [0-9]+ MiB free'
  row 'authority identity' passed 'takes the stored identity'
  row 'stored identity' passed 'bot checked of example.test, instance [0-9a-f-]{36}, generation 1, valid until 20'
  everything . | grep -v -e every-log -e rows.json -e err.txt -e '^\. ' |
    grep -v before.txt | diff <(grep -v before.txt before.txt) - || wrong "nothing changed by asking"
  [[ $(jq -r '[.checks[].name] | index("storage") < index("authority")' rows.json) == true ]] ||
    wrong "the rows in order"
}
it "doctor finds a machine in order before its first start and after, and changes nothing" doctor_before_and_after

doctor_text() {
  bot texts
  token texts texts
  config texts "secret=$(secret_of texts)" "destination=$PWD/tbot.yaml"
  status=0
  tenon doctor -c tbot.yaml >out.txt || status=$?
  ((status == 1)) || wrong "exit code 1"
  grep -qE '^FAILED   output identity-1 +[0-9]+ ms  cannot ' out.txt || wrong "a failed row: $(cat out.txt)"
  grep -A1 '^FAILED' out.txt | tail -n 1 | grep -qE '^         [a-z]' || wrong "its remedy on the next line"
  tail -n 1 out.txt | grep -qE '^[0-9]+ checks: [0-9]+ passed, 0 warnings, 1 failed, [0-9]+ skipped$' ||
    wrong "the count last: $(tail -n 1 out.txt)"
}
it "doctor puts the remedy under what failed, and counts" doctor_text

doctor_refusals() {
  bot sick
  token sick sick
  config sick "secret=$(secret_of sick)" 'server=proxy_server: localhost:1'
  mkdir -m 0777 storage
  chmod 0777 storage
  doctor -c tbot.yaml
  ((status == 1)) || wrong "exit code 1"
  row storage failed 'can be written by other users' 'chmod go-w'
  row authority failed 'nothing listens at localhost:1'
  row 'output identity-1' passed
  sed -i 's/join_method: .*/join_method: bound_keypairs/; s/oneshot/one_shot/' tbot.yaml
  doctor -c tbot.yaml
  ((status == 1)) || wrong "exit code 1"
  row configuration failed 'unknown key `one_shot`' 'oneshot'
  row configuration failed 'no installed plugin offers' 'bound_keypair'
  row authority skipped 'the configuration is not in order'
  if grep -q "$(secret_of sick)" every-log.txt; then wrong "no secret in a row"; fi
}
it "doctor reports every fault there is, each with its remedy, and goes on" doctor_refusals

doctor_holder() {
  bot held
  token held held
  config held "secret=$(secret_of held)" oneshot=false
  tbot start -c tbot.yaml >agent.txt 2>&1 &
  local agent=$!
  loopback_pids+=("$agent")
  for _ in $(seq 100); do
    grep -q ' ready' agent.txt && break
    sleep 0.1
  done
  doctor -c tbot.yaml
  row storage passed "in use by process $agent"
  kill "$agent"
  wait "$agent" || true
}
it "doctor names the process that holds the storage" doctor_holder

doctor_plugins() {
  needs_software_tpm
  software_tpm
  doctor
  row 'plugin dev.tenon.tpm-agent' passed
  jq -e 'any(.checks[]; .name == "dev.tenon.tpm-agent device")' rows.json >/dev/null || wrong "its self-test"
  tpm_config anything
  doctor -c tbot.yaml
  row 'dev.tenon.tpm-agent device' warning 'the simulator' 'remove test_tcti'
  row 'dev.tenon.tpm-agent endorsement-key' passed "EKPub hash $(identified 'EKPub Hash')"
  row 'dev.tenon.tpm-agent attestation-key' passed 'certified and flushed'
  ((status == 0)) || wrong "exit code 0"
  [[ -z $(TPM2TOOLS_TCTI=$tcti tpm2_getcap handles-transient) ]] || wrong "nothing left in the TPM"
  [[ -z $(TPM2TOOLS_TCTI=$tcti tpm2_getcap handles-persistent) ]] || wrong "nothing kept in the TPM"
}
it "doctor asks the self-tests of the plugins, which leave nothing behind" doctor_plugins
