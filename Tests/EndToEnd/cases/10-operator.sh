# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The operator's side: every restriction of a join is changed on the authority, and the stranded machine
# comes back without being touched; what is printed says what to run next.

# enrolled <name> [line of spec.bound_keypair]... : a machine that has joined once.
enrolled() {
  bot "$1" && token "$1" "$@"
  config "$1" secret="$(secret_of "$1")"
  joins
  config "$1"
}

# keeps <file> <text>... : the file has each text.
keeps() {
  local file=$1 text
  shift
  for text in "$@"; do
    grep -qF -- "$text" "$file" || {
      cat "$file"
      wrong "$file to say: $text"
    }
  done
}

limit_raised() {
  enrolled limitraised 'recovery: {mode: standard, limit: 1}'
  lapse
  agent
  refused 'no recovery attempts remaining' 'tctl bound-keypair set limitraised --limit'
  tctl bound-keypair set limitraised --limit 2 >said.txt
  keeps said.txt 'recovery.limit=2'
  joins
  [[ $(recovery_count limitraised) == 2 ]] || wrong "two recoveries"
}
it "a machine without recoveries left comes back when the limit is raised" limit_raised

limit_recovered() {
  enrolled limitrecovered 'recovery: {mode: standard, limit: 1}'
  lapse
  agent
  refused 'no recovery attempts remaining'
  tctl bound-keypair recover limitrecovered >said.txt
  keeps said.txt 'may come back once'
  joins
  lapse
  agent
  refused 'no recovery attempts remaining'
}
it "recover lets a machine without recoveries left in once, and no more" limit_recovered

mode_switched() {
  enrolled modeswitched 'recovery: {mode: standard, limit: 9}'
  lapse
  rm storage/bkp_state
  agent
  refused 'join state' 'tctl bound-keypair recover modeswitched'
  tctl bound-keypair set modeswitched --mode insecure >/dev/null
  joins
  tctl bound-keypair set modeswitched --mode standard >/dev/null
  lapse
  joins
}
it "a machine without its join state comes back when the mode is switched" mode_switched

backup_restored() {
  enrolled backuprestored 'recovery: {mode: standard, limit: 9}'
  cp -a storage backup
  lapse
  joins
  mv storage newer
  mv backup storage
  lapse
  agent
  refused 'join state' 'tctl bound-keypair recover backuprestored'
  [[ $(locks_of backuprestored) == 1 ]] || wrong "one lock on the token"
  tctl lock ls >locks.txt
  keeps locks.txt 'join token backuprestored' 'join state older than the recorded one' \
    'either the storage was copied or restored from a backup' \
    'tctl bound-keypair recover backuprestored' 'tctl lock rm '
  agent
  refused 'restored from a backup' 'tctl bound-keypair recover backuprestored'
  tctl tokens ls >tokens.txt
  grep backuprestored tokens.txt | grep -q LOCKED || wrong "tokens ls to show the lock"
  tctl bound-keypair recover backuprestored >/dev/null
  [[ $(locks_of backuprestored) == 0 ]] || wrong "no lock any more"
  joins
  rm -rf storage
  mv newer storage
  lapse
  agent
  refused 'join state'
}
it "one command mends a restored backup, and what was newer is worth nothing then" backup_restored

backup_valid() {
  enrolled backupvalid 'recovery: {mode: standard, limit: 9}'
  cp -a storage backup
  joins
  joins
  rm -rf storage
  mv backup storage
  agent
  refused 'generation mismatch' 'restored from a backup' 'tctl bound-keypair recover backupvalid'
  tctl lock ls >locks.txt
  keeps locks.txt 'certificate generation mismatch' 'either the storage was copied or restored from a backup' \
    'tctl bound-keypair recover backupvalid'
  tctl bound-keypair recover backupvalid >/dev/null
  joins
  joins
}
it "the same command mends a backup whose certificate is still valid" backup_valid

older_key() {
  enrolled olderkey 'recovery: {mode: standard, limit: 9}'
  cp -a storage backup
  local before
  before=$(<storage/id_bkp.pub)
  tctl bound-keypair request-rotation olderkey >said.txt 2>noted.txt
  [[ ! -s said.txt ]] || wrong "nothing on standard output"
  keeps noted.txt 'asked for a new key'
  joins
  [[ $(<storage/id_bkp.pub) != "$before" ]] || wrong "another key after request-rotation"
  rm -rf storage
  mv backup storage
  lapse
  agent
  ((status == 1)) || wrong "a machine with an older key refused"
  tctl bound-keypair recover olderkey --public-key "$(<storage/id_bkp.pub)" >/dev/null
  joins
}
it "request-rotation changes the key, and a machine with the older one can be let in" older_key

operator_lock() {
  enrolled operatorlock
  tctl lock --join-token operatorlock --message 'looking into it' >said.txt
  local name
  name=$(sed -nE 's/^Created a lock with name "(.*)"\.$/\1/p' said.txt)
  keeps said.txt "tctl lock rm $name"
  agent
  refused 'looking into it'
  tctl lock ls >locks.txt
  keeps locks.txt "$name" 'looking into it' 'join token operatorlock' 'Since   20'
  tctl lock rm "$name"
  joins
  status=0
  tctl lock rm "$name" >out.txt 2>err.txt || status=$?
  refused 'there is no lock' 'tctl lock ls'
  tctl lock --join-token no-such-token --ttl 1h 2>noted.txt >said.txt
  keeps noted.txt 'there is no token "no-such-token" now'
  tctl lock ls --format=json | jq -e '.[] | select(.spec.target.join_token == "no-such-token") | .metadata.expires' >/dev/null ||
    wrong "a lock with an end"
}
it "an operator locks, looks and unlocks" operator_lock

machine_replaced() {
  enrolled machinereplaced 'recovery: {mode: standard, limit: 1}'
  tctl bound-keypair unbind machinereplaced >said.txt
  keeps said.txt 'tctl get token/machinereplaced'
  lapse
  agent
  refused 'registration secret'
  rm -rf storage out
  config machinereplaced secret="$(secret_of machinereplaced)"
  joins
}
it "another machine registers after the first one was forgotten" machine_replaced

other_method() {
  bot othermethod
  tctl tokens add --type bot --bot othermethod --value othermethod --join-method tpm \
    --set "allow=[{ek_public_hash: '$(printf '%064d' 0)'}]" >/dev/null
  status=0
  tctl bound-keypair recover othermethod >out.txt 2>err.txt || status=$?
  refused 'othermethod' 'join method "tpm"' 'bound_keypair' 'tctl tokens ls'
  status=0
  tctl bound-keypair recover nowhere-at-all >out.txt 2>err.txt || status=$?
  refused 'there is no token "nowhere-at-all"' 'tctl tokens ls'
  status=0
  tctl bound-keypair recover othermethod --admin-socket /nowhere/a.sock >out.txt 2>err.txt || status=$?
  refused 'no admin socket at /nowhere/a.sock' 'start tenond'
}
it "the commands of a method change no token of another one" other_method

set_nonsense() {
  enrolled setnonsense
  status=0
  tctl bound-keypair set setnonsense --limit 4294967296 >out.txt 2>err.txt || status=$?
  refused 'recovery.limit' 'whole number'
  status=0
  tctl bound-keypair set setnonsense --mode sometimes >out.txt 2>err.txt || status=$?
  ((status == 1)) || wrong "exit code 1, got $status"
  keeps err.txt 'expects one of standard, relaxed, insecure'
  tctl get token/setnonsense --format=json | jq -e '.[0].spec.bound_keypair.recovery.limit == 1' >/dev/null ||
    wrong "the token as it was"
}
it "a value the token cannot have is refused and nothing changes" set_nonsense

listings() {
  enrolled listings
  bot listings2 && token listings2 listings2
  local secret instance
  secret=$(secret_of listings2)
  tctl tokens ls >tokens.txt
  tctl tokens ls --format=json >tokens.json
  if grep -qF -- "$secret" tokens.txt tokens.json; then wrong "no secret in a listing"; fi
  grep '^listings ' tokens.txt | grep -q 'bound_keypair.*recovery_count=1' || {
    cat tokens.txt
    wrong "method and recoveries of the token"
  }
  jq -e '.[] | select(.token == "listings") | .state["spec.recovery.mode"] == "standard"' tokens.json >/dev/null ||
    wrong "the mode in JSON"
  tctl bots ls | grep -q '^listings .*bot-listings .*login' || wrong "the bot with user and role"
  instance=$(tctl bots instances ls listings --format=json | jq -r '.[0].spec.instance_id')
  tctl bots instances ls listings | grep -q "^listings/$instance " || wrong "the installation"
  tctl bots instances show "listings/$instance" >shown.txt
  keeps shown.txt "$instance" 'Latest Authentication' 'bound_keypair'
  tctl bots add listings3 --roles login --logins ubuntu --join-method bound_keypair \
    --set recovery.mode=standard --set recovery.limit=1 --format=json >added.json
  jq -e '.user_name == "bot-listings3"' added.json >/dev/null || wrong "the user of the new bot"
  tctl tokens rm "$(jq -r .token_id added.json)" | grep -q 'has been deleted' || wrong "the new token to be there"
  tctl bots rm listings3 | grep -qxF 'Bot "listings3" deleted successfully.' || wrong "the bot deleted"
}
it "bots, installations and tokens are listed, added and removed, without secrets" listings

edited() {
  enrolled edited 'recovery: {mode: standard, limit: 1}'
  EDITOR='sed -i "s/limit: 1/limit: 4/"' tctl edit token/edited | grep -q 'has been updated' || wrong "an update"
  tctl get token/edited | grep -q 'limit: 4' || wrong "the edited limit"
  [[ $(recovery_count edited) == 1 ]] || wrong "the binding to stay"
  EDITOR=true tctl edit token/edited | grep -q 'has not been changed' || wrong "no change"
  status=0
  EDITOR='sed -i "s/limit: 4/limit: many/"' tctl edit token/edited >out.txt 2>err.txt || status=$?
  refused 'limit'
  local kept
  kept=$(sed -nE 's/.*the edited text is kept in (.*)$/\1/p' err.txt)
  [[ $(stat -c %a "$kept") == 600 ]] || wrong "the edited text kept for this user alone"
  rm "$kept"
  status=0
  EDITOR='sed -i "s/name: edited/name: other/"' tctl edit token/edited >out.txt 2>err.txt || status=$?
  refused 'kind and name cannot be changed'
}
it "a resource is edited in place, and nothing an editor spoiled is taken" edited

plugin_help() {
  tctl --help >help.txt
  keeps help.txt 'bound-keypair recover' 'bound-keypair request-rotation' 'lock' 'tokens'
  tctl bound-keypair recover --help >help.txt
  keeps help.txt 'usage: tctl bound-keypair recover [flags] TOKEN' '--public-key'
  status=0
  tctl bound-keypair frob x >out.txt 2>err.txt || status=$?
  ((status == 1)) || wrong "exit code 1, got $status"
  keeps err.txt 'there is no command bound-keypair frob' 'bound-keypair unbind'
  tbot --help >help.txt
  if grep -q 'bound-keypair' help.txt; then wrong "the agent without the operator's commands"; fi
}
it "tctl has the commands of plugins that are made for it, with help" plugin_help
