# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Joining with a TPM: the guide of the method, on a software TPM.

# software_tpm [flag of swtpm_setup]... : makes and starts a TPM. Sets `tcti`, the address for the
# agent's test key, and `maker`, the file of the authority that signs its certificates.
software_tpm() {
  loopback_tpm "$@" || wrong "a software TPM"
  tcti=$tpm_address
  maker=$tpm_maker
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
  software_tpm
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
  software_tpm --create-ek-cert --lock-nvram
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
  software_tpm
  tbot tpm identify --test-tcti="$tcti" --format token --token tpm-printed >token.yaml
  tctl create -f token.yaml
  tpm_config tpm-printed
  joins
}
it "the token that tpm identify prints is applied as it is" tpm_printed_token

tpm_foreign() {
  needs_software_tpm
  bot example
  software_tpm
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
  software_tpm --create-ek-cert --lock-nvram
  local first=$tcti hash
  hash=$(identified 'EKPub Hash')
  software_tpm --create-ek-cert --lock-nvram
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

# The sample of the guide, letter by letter, but for the two values that are a TPM's own.
tpm_guide_block() {
  needs_software_tpm
  local sample=$repository/Tests/EndToEnd/golden/tpm-identify.txt hash serial
  software_tpm --create-ek-cert --lock-nvram
  tbot tpm identify --test-tcti="$tcti" >block.txt
  hash=$(tbot tpm identify --test-tcti="$tcti" --format json | jq -er .ek_public_hash)
  serial=$(tbot tpm identify --test-tcti="$tcti" --format json | jq -er .ek_certificate_serial)
  sed -E "s/^(EKPub Hash: ).*/\1$hash/; s/^(EKCert Serial: ).*/\1$serial/" "$sample" >expected.txt
  cmp expected.txt block.txt || wrong "the guide's block"
  software_tpm
  tbot tpm identify --test-tcti="$tcti" >block.txt
  hash=$(tbot tpm identify --test-tcti="$tcti" --format json | jq -er .ek_public_hash)
  sed -E "s/^(EKPub Hash: ).*/\1$hash/; s/^(EKCert Detected: ).*/\1false/; /^EKCert Serial/d" \
    "$sample" >expected.txt
  cmp expected.txt block.txt || wrong "the guide's block of a TPM without a certificate"
}
it "tpm identify prints the block of the guide, letter by letter" tpm_guide_block

tpm_side_by_side() {
  needs_software_tpm
  bot example
  local number hash
  local -a running=()
  for number in 1 2 3 4; do
    mkdir "$number"
    cd "$number" || exit
    if ((number % 2 == 0)); then software_tpm --create-ek-cert --lock-nvram; else
      software_tpm
      maker=''
    fi
    identified 'EKPub Hash' >key.txt
    tpm_token "tpm-side-$number" "{ek_public_hash: \"$(cat key.txt)\"}"
    tpm_config "tpm-side-$number"
    cd ..
  done
  for number in 1 2 3 4; do
    (cd "$number" && joins && complete out) >"$number/log" 2>&1 &
    running+=("$!")
  done
  for number in 1 2 3 4; do
    wait "${running[number - 1]}" || {
      cat "$number/log"
      wrong "TPM $number to join beside the others"
    }
    # Each certificate names the TPM it was issued to.
    hash=$(cat "$number/key.txt")
    openssl x509 -in "$number/out/tlscert" -noout -text | grep -q "$hash" || wrong "the hash of TPM $number"
  done
  (($(sort -u ./*/key.txt | wc -l) == 4)) || wrong "four TPMs"
}
it "four TPMs join at the same time, two with a certificate and two without" tpm_side_by_side

# Accepts connections and writes a line for each.
witness='
import socket, sys
door = socket.create_server(("127.0.0.1", 0))
print(door.getsockname()[1], flush=True)
while True:
    door.accept()[0].close()
    print("connection", flush=True)
'

tpm_not_installed() {
  local witness_pid port
  mkdir plugins
  cp "$TENON_TEST_TREE"/lib/tenon/plugins/*.so plugins/
  rm plugins/tenon-tpm-*.so
  python3 -c "$witness" >seen.txt &
  witness_pid=$!
  loopback_pids+=("$witness_pid")
  loopback_until 100 test -s seen.txt || wrong "a witness"
  port=$(head -n 1 seen.txt)
  tcti=swtpm:path=/nowhere tpm_config any
  sed -i "s/^proxy_server:.*/proxy_server: localhost:$port/" tbot.yaml
  agent --plugin-dir "$PWD/plugins"
  refused 'join method "?tpm' 'install' 'tenon-tpm-agent\.so' "$PWD/plugins"
  # The witness takes connections in their order: one of ours, now, is the first it sees.
  (exec 3<>"/dev/tcp/127.0.0.1/$port")
  loopback_until 100 grep -q connection seen.txt || wrong "the witness to see a connection"
  (($(grep -c connection seen.txt) == 1)) || wrong "nothing to be dialled"
}
it "without the TPM plugin its method is refused by name, and nothing is dialled" tpm_not_installed

# links <file> <expression> : whether it needs such a library, itself or by one it needs.
links() {
  { readelf -d "$1" | grep NEEDED && ldd "$1"; } | grep -E "$2"
}

tpm_stack_stays_out() {
  local file
  local -a programs=("$TENON_TEST_TREE"/bin/{tenon,tenond,tenonctl})
  for file in "$repository"/.build-release/release/{tenon,tenond,tenonctl}; do
    if [[ -x $file ]]; then programs+=("$file"); fi
  done
  for file in "${programs[@]}"; do
    if links "$file" 'libtss2|libcrypto'; then wrong "neither the TPM stack nor libcrypto in $file"; fi
  done
  for file in "$TENON_TEST_TREE"/lib/tenon/plugins/*.so; do
    case ${file##*/} in
      tenon-tpm-agent.so)
        links "$file" 'libtss2-esys' >/dev/null || wrong "the TPM stack in $file"
        if links "$file" 'tctildr|swtpm'; then wrong "no simulator in $file"; fi
        ;;
      tenon-tpm-authority.so)
        if links "$file" libtss2; then wrong "nothing of the TPM stack in $file"; fi
        ;;
      *)
        if links "$file" 'libtss2|libcrypto'; then
          wrong "neither the TPM stack nor libcrypto in $file"
        fi
        ;;
    esac
  done
}
it "no program and no other plugin is linked to the TPM stack" tpm_stack_stays_out
