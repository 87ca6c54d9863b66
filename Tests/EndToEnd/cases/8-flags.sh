# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Joining without a word in the file: flags of the join method, and join URIs. Sourced by run.sh.

flag_secret() {
  bot flagsecret && token flagsecret flagsecret
  local secret
  secret=$(secret_of flagsecret)
  config flagsecret
  sed -i '/^  token:/d; /^  join_method:/d; /^onboarding:/d' tbot.yaml
  printf '%s\n' "$secret" >secret.txt
  agent --token flagsecret --registration-secret="$secret"
  refused 'registration-secret belongs to the join method bound_keypair' 'join-method'
  agent --token flagsecret --join-method bound_keypair --registration-secret
  refused 'registration-secret expects a value'
  agent --token flagsecret --join-method bound_keypair --registration-secrets "$secret"
  refused 'registration-secrets is no flag' 'did you mean --registration-secret'
  agent --token flagsecret --join-method bound_keypair --registration-secret "$secret" \
    --registration-secret-path "$PWD/secret.txt"
  refused 'registration-secret and --registration-secret-path are both set'
  nothing_written out
  joins --debug --token flagsecret --join-method bound_keypair --registration-secret "$secret"
  grep -q 'WARN .*--registration-secret shows a secret to every user' err.txt
  complete out
  kept_secret "$secret"
}
it "the registration secret may be a flag, which is warned of and in no log" flag_secret

flag_path() {
  bot flagpath && token flagpath flagpath
  secret_of flagpath >secret.txt
  config flagpath
  joins --registration-secret-path="$PWD/secret.txt"
  if grep -q WARN err.txt; then wrong "no warning"; fi
  complete out
  kept_secret "$(cat secret.txt)"
}
it "the registration secret may be in a file that a flag names" flag_path

flag_static() {
  bot flagstatic
  tbot keypair create --static --static-key-path="$PWD/static.pem" \
    --proxy-server="localhost:$authority_port" --format=json >created.json
  token flagstatic flagstatic 'recovery: {mode: insecure}' \
    "onboarding: {initial_public_key: '$(jq -r .public_key created.json)'}"
  config flagstatic
  joins --static-key-path="$PWD/static.pem"
  complete out
  [[ ! -e storage/id_bkp && ! -e storage/bkp_state ]] || wrong "no key and no state in the storage"
  rm -r storage
  agent --static-key-path=absent.pem
  refused 'no bound keypair and no registration secret'
  grep -q 'WARN .*absent.pem.*cannot be read: no such file or directory, and is ignored' err.txt
}
it "a static key may be in a file that a flag names, and one that is not there is a warning" flag_static

flags_in_help() {
  tbot start --help >out.txt
  grep -q '^Flags of the join method bound_keypair:$' out.txt
  local flag
  for flag in --registration-secret --registration-secret-path --static-key-path --join-uri; do
    grep -q -- "^      $flag " out.txt || wrong "$flag to be listed"
  done
  grep -q -- '--registration-secret SECRET .*TBOT_REGISTRATION_SECRET' out.txt
  tbot help start | cmp - out.txt
}
it "the help of start lists the flags of join methods, with the method" flags_in_help

join_uri() {
  bot joinuri && token joinuri joinuri
  local secret
  secret=$(secret_of joinuri)
  config joinuri server="join_uri: tbot+proxy+bound-keypair://joinuri:$secret@localhost:$authority_port"
  sed -i '/^  token:/d; /^  join_method:/d; /^onboarding:/d' tbot.yaml
  joins --debug
  complete out
  agent --proxy-server "localhost:$authority_port" --token joinuri
  refused 'URI conflicts with configured field: proxy_server \(--proxy-server\)'
  grep -q 'URI conflicts with configured field: onboarding.token (--token)' err.txt
  agent --registration-secret "$secret"
  refused 'URI conflicts with configured field: onboarding.bound_keypair.registration_secret'
  kept_secret "$secret"
  sed -i '/^join_uri:/d' tbot.yaml
  rm -r storage out
  token joinuri joinuri
  secret=$(secret_of joinuri)
  tctl auth export --type=tls-host >ca.pem
  sed -i "s|^oneshot: .*|&\nonboarding: {ca_path: $PWD/ca.pem}|" tbot.yaml
  joins --join-uri="tbot+auth+boundkeypair://joinuri:$secret@localhost:$authority_port"
  complete out
  grep -q 'WARN .*--join-uri shows a secret' err.txt
  agent --join-uri="https://joinuri:$secret@localhost:1"
  refused 'unsupported joining URI scheme'
  agent --join-uri="tbot+node+tpm://joinuri:$secret@localhost:1"
  refused 'address kind must be one of proxy, auth'
  agent --join-uri="tbot+auth+carrier-pigeon://joinuri:$secret@localhost:1"
  refused 'unsupported join method "carrier-pigeon"' 'installed: bound-keypair'
  kept_secret "$secret"
}
it "a join URI says all that joining needs, in the file or as a flag, and its secret is in no log" join_uri

families_of_commands() {
  local words
  for words in 'keypair --help' 'keypair -h' 'help keypair'; do
    # shellcheck disable=SC2086
    tbot $words >out.txt
    grep -q '^  keypair create  ' out.txt || wrong "tbot $words to list its commands"
  done
  tbot help keypair create | grep -q -- '--proxy-server' || wrong "the help of the command itself"
  status=0
  tbot keypair >out.txt 2>err.txt || status=$?
  ((status == 1)) && grep -q '^  keypair create  ' out.txt
  status=0
  tbot keypair crate >out.txt 2>err.txt || status=$?
  refused 'there is no command "keypair crate"; did you mean keypair create'
}
it "a word that several commands begin with lists them" families_of_commands
