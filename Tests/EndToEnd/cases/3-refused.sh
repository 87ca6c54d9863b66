# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Bad input: one clear sentence, exit code 1, nothing half-written, no secret in a log.

malformed_yaml() {
  config none
  printf 'storage: [unclosed\n' >>tbot.yaml
  agent
  refused 'tbot\.yaml' 'line [0-9]+|:[0-9]+'
  nothing_written out
  nothing_written storage
}
it "malformed YAML is refused with file and line" malformed_yaml

unknown_key() {
  config none extra='certificate_tll: 1h'
  agent
  refused 'tbot\.yaml' 'certificate_tll' "$(grep -n certificate_tll tbot.yaml | cut -d : -f 1)"
  nothing_written storage
}
it "an unknown key is refused with its line and name" unknown_key

several_mistakes() {
  config none extra=$'certificate_tll: 1h\nrenewal_intervall: 20m'
  agent
  ((status == 1)) || wrong "exit code 1, got $status"
  cat err.txt
  grep -q certificate_tll err.txt && grep -q renewal_intervall err.txt || wrong "both mistakes at once"
}
it "all mistakes of a configuration are told at once" several_mistakes

missing_file() {
  status=0
  tbot start -c nowhere.yaml >out.txt 2>err.txt || status=$?
  refused 'nowhere\.yaml'
}
it "a configuration that does not exist is refused by name" missing_file

without_plugin() {
  mkdir plugins
  cp "$TENON_TEST_TREE"/lib/tenon/plugins/*.so plugins/
  rm plugins/*bound-keypair*
  config none secret=abcdefghijklmnop extra="plugins: {directory: $PWD/plugins}"
  agent
  refused 'bound_keypair' "$PWD/plugins"
  nothing_written out
  kept_secret abcdefghijklmnop
}
it "a join method without its plugin is refused with the folder to install it into" without_plugin

unknown_output() {
  config none
  sed -i 's/- type: identity/- type: identify/' tbot.yaml
  agent
  refused 'identify' "$(grep -n identify tbot.yaml | cut -d : -f 1)|plugin"
}
it "an output without a plugin is refused by name" unknown_output

writable_plugin() {
  mkdir plugins
  install -m 0644 "$TENON_TEST_TREE"/lib/tenon/plugins/*.so plugins/
  chmod o+w plugins/*bound-keypair-agent*
  config none secret=abcdefghijklmnop extra="plugins: {directory: $PWD/plugins}"
  agent
  refused 'bound-keypair-agent' 'writ|mode'
}
it "a plugin that others may write is refused with its path" writable_plugin

wrong_secret() {
  bot wrongsecret && token wrongsecret wrongsecret
  config wrongsecret secret=this-is-not-the-secret-of-the-token
  agent
  refused 'registration secret' 'token'
  nothing_written out
  kept_secret this-is-not-the-secret-of-the-token
  [[ $(recovery_count wrongsecret) == 0 ]] || wrong "the token to be as before"
  # The right secret still works afterwards.
  config wrongsecret secret="$(secret_of wrongsecret)"
  joins
}
it "a wrong registration secret is refused, and the right one still works" wrong_secret

used_secret() {
  bot usedsecret && token usedsecret usedsecret 'recovery: {mode: standard, limit: 5}'
  local secret
  secret=$(secret_of usedsecret)
  config usedsecret secret="$secret"
  joins
  config usedsecret secret="$secret" storage="$PWD/other-storage" destination="$PWD/other-out"
  agent
  refused 'registration secret|challenge|key'
  nothing_written other-out
  kept_secret "$secret"
}
it "a registration secret that was used is refused on another machine" used_secret

unknown_token() {
  config no-such-token secret=abcdefghijklmnop
  agent
  refused 'no-such-token|token'
  nothing_written out
}
it "an unknown token is refused" unknown_token

unreachable() {
  config none secret=abcdefghijklmnop server="proxy_server: localhost:$(loopback_port)"
  agent
  refused 'localhost:[0-9]+'
  nothing_written out
  kept_secret abcdefghijklmnop
}
it "an unreachable authority is refused with its address" unreachable

untrusted() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=other \
    -keyout other.key -out other.pem -days 1 2>/dev/null
  export SSL_CERT_FILE=$PWD/other.pem
  config none secret=abcdefghijklmnop
  agent
  refused 'certificate' "localhost:$authority_port"
  nothing_written out
}
it "an authority with an untrusted certificate is refused, with what to do" untrusted

wrong_pin() {
  bot wrongpin && token wrongpin wrongpin
  config wrongpin secret="$(secret_of wrongpin)" server="auth_server: localhost:$authority_port" \
    onboarding="ca_pins: [\"sha256:$(printf '%064d' 7)\"]"
  agent
  refused 'pin'
  nothing_written out
  [[ $(recovery_count wrongpin) == 0 ]] || wrong "nothing to have been sent"
}
it "a wrong CA pin is refused" wrong_pin

right_pin() {
  unset SSL_CERT_FILE
  bot rightpin && token rightpin rightpin
  local pin
  pin=$(tctl status | sed -nE 's/^CA pins? +(sha256:[0-9a-f]{64}).*$/\1/p' | head -n 1)
  config rightpin secret="$(secret_of rightpin)" server="auth_server: localhost:$authority_port" \
    onboarding="ca_pins: [\"$pin\"]"
  joins
  complete out
}
it "the CA pin of tctl status is enough to join directly" right_pin

keypair_unreachable() {
  status=0
  tbot keypair create --storage "$PWD/s" --proxy-server="localhost:$(loopback_port)" \
    >out.txt 2>err.txt || status=$?
  refused 'localhost:[0-9]+'
  nothing_written s
}
it "keypair create without an authority is refused and writes nothing" keypair_unreachable

resources() {
  count() { tctl get tokens --format=json | jq length; }
  local before
  before=$(count)
  bot resources
  apply() {
    status=0
    tctl create -f resource.yaml >out.txt 2>err.txt || status=$?
  }
  printf 'kind: token\nversion: v2\nmetadata: {name: odd}\nspec:\n  roles: [Bot]\n  bot_nam: example\n' \
    >resource.yaml
  apply && refused 'bot_nam' '6|line'
  printf 'kind: token\nversion: v2\nmetadata: {name: odd}\nspec:\n  roles: [Robot]\n' >resource.yaml
  apply && refused 'Robot'
  printf 'kind: token\nversion: v2\nmetadata: {name: odd}\nspec:\n  roles: [Bot]\n  bot_name: no-such-bot\n  join_method: bound_keypair\n  bound_keypair: {recovery: {mode: standard, limit: 1}}\n' \
    >resource.yaml
  apply && refused 'no-such-bot'
  printf 'kind: token\nversion: v2\nmetadata: {name: odd}\nspec:\n  roles: [Bot]\n  bot_name: resources\n  join_method: bound_keypair\n  bound_keypair: {recovery: {mode: sometimes, limit: 1}}\n' \
    >resource.yaml
  apply && refused 'sometimes'
  printf 'kind: bot\nversion: v1\nmetadata: {name: [\n' >resource.yaml
  apply && refused 'resource\.yaml' '[0-9]+'
  # A good document before a bad one must not be applied either.
  printf 'kind: bot\nversion: v1\nmetadata: {name: half}\nspec: {roles: []}\n---\nkind: bot\nversion: v1\n' \
    >resource.yaml
  apply && refused 'name'
  if tctl get bot/half >/dev/null 2>&1; then wrong "nothing applied of a file with a mistake"; fi
  : >resource.yaml
  apply && refused 'no resources found'
  [[ $(count) == "$before" ]] || wrong "the same tokens as before"
}
it "tctl refuses unknown keys, bad values and missing bots with the remedy, and changes nothing" resources

exists() {
  printf 'kind: bot\nversion: v1\nmetadata: {name: exists}\nspec: {roles: []}\n' >bot.yaml
  tctl create bot.yaml
  status=0
  tctl create bot.yaml >out.txt 2>err.txt || status=$?
  refused 'exists' '(-f|--force)'
  tctl create -f bot.yaml
}
it "tctl create says that a resource exists, and -f replaces it" exists

no_authority() {
  status=0
  TENON_ADMIN_SOCKET=$PWD/none.sock tctl status >out.txt 2>err.txt || status=$?
  refused 'none\.sock'
}
it "tctl without an authority names the socket it tried" no_authority
