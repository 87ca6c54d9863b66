# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Joining with a TPM: the guide of the method, on a software TPM.

# software_tpm <name> [flag of swtpm_setup]... : makes and starts a TPM. Sets `tcti`, the address for the
# agent's test key, and `maker`, the file of the authority that signs its certificates.
software_tpm() {
  local name=$1 folder
  shift
  # A socket's path has little room, and a run's folder can lie deep.
  folder=$(mktemp -d "/tmp/tenon-$name.XXXXXX")
  echo "$folder" >>"$suite/software-tpms"
  mkdir "$folder/state" "$folder/ca"
  printf 'statedir=%s\nsigningkey=%s\nissuercert=%s\ncertserial=%s\n' "$folder/ca" \
    "$folder/ca/signkey.pem" "$folder/ca/issuercert.pem" "$folder/ca/certserial" \
    >"$folder/localca.conf"
  printf '%s\n' '--platform-manufacturer x' '--platform-version 1' '--platform-model y' \
    >"$folder/localca.options"
  printf '%s\n' "create_certs_tool=$(command -v swtpm_localca)" \
    "create_certs_tool_config=$folder/localca.conf" \
    "create_certs_tool_options=$folder/localca.options" >"$folder/setup.conf"
  swtpm_setup --tpm2 --tpmstate "$folder/state" --config "$folder/setup.conf" --overwrite \
    --pcr-banks sha256 "$@"
  swtpm socket --tpm2 --tpmstate "dir=$folder/state" --flags not-need-init,startup-clear \
    --server "type=unixio,path=$folder/socket" --ctrl "type=unixio,path=$folder/socket.ctrl" &
  loopback_pids+=("$!")
  loopback_until 100 test -S "$folder/socket.ctrl" || wrong "a software TPM"
  tcti=swtpm:path=$folder/socket
  maker=$folder/ca/issuercert.pem
}

needs_software_tpm() {
  command -v swtpm swtpm_setup swtpm_localca >/dev/null || skip "needs swtpm and swtpm-tools"
}

# tpm_token <name> <rule>... : the guide's token, each rule one YAML flow map. With `maker` it asks for
# a certificate of that authority.
tpm_token() {
  local name=$1
  shift
  {
    printf 'kind: token\nversion: v2\nmetadata:\n  name: %s\nspec:\n  roles: [Bot]\n' "$name"
    printf '  join_method: tpm\n  bot_name: example\n  tpm:\n'
    if [[ -n ${maker:-} ]]; then
      printf '    ekcert_allowed_cas:\n    - |\n'
      sed 's/^/      /' "$maker"
    fi
    printf '    allow:\n'
    printf '    - %s\n' "$@"
  } >token.yaml
  tctl create -f token.yaml
}

# tpm_config <token> : the guide's tbot.yaml, with an output.
tpm_config() {
  cat >tbot.yaml <<YAML
version: v2
oneshot: true
proxy_server: localhost:$authority_port
onboarding:
  join_method: tpm
  token: $1
  tpm: {test_tcti: "$tcti"}
storage:
  type: directory
  path: $PWD/storage
services:
  - type: identity
    destination:
      type: directory
      path: $PWD/out
YAML
}

identified() { # identified <label> : a value of the guide's block
  tbot tpm identify --test-tcti="$tcti" | sed -n "s/^$1: //p"
}

tpm_first_join() {
  needs_software_tpm
  bot example
  software_tpm plain
  local hash
  hash=$(identified 'EKPub Hash')
  [[ $hash =~ ^[0-9a-f]{64}$ ]] || wrong "a hash of the key, got $hash"
  [[ $(identified 'EKCert Detected') == false ]] || wrong "no certificate"
  maker='' tpm_token tpm-plain "{description: example-server-100, ek_public_hash: \"$hash\"}"
  tpm_config tpm-plain
  joins
  complete out
  openssl x509 -in out/tlscert -noout -text | grep -q "$hash" ||
    wrong "the key's hash among the attributes in the certificate"
  # Nothing is left behind in the TPM, and the next join is the same join.
  joins
}
it "a machine joins with its TPM by the guide, with no secret" tpm_first_join

tpm_certified_join() {
  needs_software_tpm
  bot example
  software_tpm certified --create-ek-cert --lock-nvram
  local serial
  serial=$(identified 'EKCert Serial')
  [[ $serial =~ ^[0-9a-f]{2}(:[0-9a-f]{2})*$ ]] || wrong "a serial number, got $serial"
  tpm_token tpm-certified "{ek_certificate_serial: \"$serial\"}"
  tpm_config tpm-certified
  joins
  complete out
}
it "a machine joins with the certificate of its TPM's maker" tpm_certified_join

tpm_printed_token() {
  needs_software_tpm
  bot example
  software_tpm printed
  tbot tpm identify --test-tcti="$tcti" --format token --token tpm-printed >token.yaml
  tctl create -f token.yaml
  tpm_config tpm-printed
  joins
}
it "the token that tpm identify prints is applied as it is" tpm_printed_token

tpm_foreign() {
  needs_software_tpm
  bot example
  software_tpm foreign
  maker='' tpm_token tpm-foreign \
    '{ek_public_hash: "1b5bbe2e96054f7bc34ebe7ba9a4a9eac5611c6879285ceff6094fa556af485c"}'
  tpm_config tpm-foreign
  agent
  refused 'did not match any allow rules'
  nothing_written out
}
it "a TPM that no rule allows is refused" tpm_foreign

tpm_other_maker() {
  needs_software_tpm
  bot example
  software_tpm one --create-ek-cert --lock-nvram
  local first=$tcti hash
  hash=$(identified 'EKPub Hash')
  software_tpm two --create-ek-cert --lock-nvram
  tcti=$first
  # The second TPM's maker does not vouch for the first TPM.
  tpm_token tpm-other-maker "{ek_public_hash: \"$hash\"}"
  tpm_config tpm-other-maker
  agent
  refused 'certificate signed by unknown authority'
  nothing_written out
}
it "a TPM whose maker is not listed is refused" tpm_other_maker

tpm_bad_tokens() {
  local hash=1b5bbe2e96054f7bc34ebe7ba9a4a9eac5611c6879285ceff6094fa556af485c
  refuses() { # refuses <expression> <rule>
    if maker='' tpm_token tpm-bad "$2" 2>err.txt; then wrong "the token to be refused: $2"; fi
    grep -qE -- "$1" err.txt || {
      cat err.txt
      wrong "a problem that matches /$1/"
    }
  }
  refuses 'allow.0.ek_certificate_serial.*ekcert_allowed_cas' '{ek_certificate_serial: "5e:cd:5f:8e"}'
  refuses 'allow.0.ek_public_hash.*64 lower-case hex' "{ek_public_hash: \"${hash^^}\"}"
  refuses 'allow.0.*every TPM' '{description: all of them}'
  refuses 'allow.0.ek_pub_hash.*not a known key' "{ek_pub_hash: $hash}"
}
it "a token that would let in the wrong TPM is refused with the reason" tpm_bad_tokens

tpm_not_installed() {
  mkdir plugins
  cp "$TENON_TEST_TREE"/lib/tenon/plugins/*.so plugins/
  rm plugins/tenon-tpm-*.so
  tcti=swtpm:path=/nowhere tpm_config any
  # Nobody listens there: who dials would say so.
  sed -i 's/^proxy_server:.*/proxy_server: localhost:1/' tbot.yaml
  agent --plugin-dir "$PWD/plugins"
  refused 'join method "?tpm' 'install'
  if readelf -d plugins/*.so "$TENON_TEST_TREE"/bin/* | grep -i tss2; then
    wrong "nothing of the TPM stack outside the agent's TPM plugin"
  fi
  if readelf -d "$TENON_TEST_TREE/lib/tenon/plugins/tenon-tpm-authority.so" | grep -i tss2; then
    wrong "nothing of the TPM stack in the authority"
  fi
}
it "without the TPM plugin nothing is dialled, and nothing of the TPM stack is there" tpm_not_installed

if [[ -e $suite/software-tpms ]]; then
  while read -r folder; do rm -rf "$folder"; done <"$suite/software-tpms"
fi
