# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The agent meets Python authorities that lie. Each row of a table: the lie, and what the error says.

# lied_to <lie> <regular expression> : one join from nothing ends with one sentence.
lied_to() {
  rm -rf storage out
  python_authority --registration-secret 7f3c0de5 --lie "$1"
  agent_config secret=7f3c0de5
  SECONDS=0
  agent
  echo "$1: $SECONDS s: $(grep ERROR: err.txt)"
  refused "$2"
  nothing_written out
  loopback_stop
}

# Whose connection breaks just before the result tries again, and learns that the authority has bound its
# key to a join whose state never arrived.
agent_is_lied_to() {
  local lie words
  while IFS=':' read -r lie words; do
    lied_to "$lie" "$words"
    # An identity of the past is kept with the join state that belongs to it, and used for nothing.
    [[ $lie == validity || ! -s storage/tlscert ]] || wrong "no identity kept after the lie: $lie"
    [[ -z $(find storage -name '*.tmp*' -o -name '*.new') ]] || wrong "nothing half-written"
  done <<'LIES'
method:carrier_pigeon
challenge:key
huge challenge:does not keep to the protocol.*longer than
endless:8 rounds
certificate:key
validity:valid|expired
no certificates:does not keep to the protocol.*no certificates
no state:join state|result
bound key:key
host:does not keep to the protocol.*bot
truncated:does not keep to the protocol
no result:does not keep to the protocol.*without a result
hang up:join state verification failed
LIES
}
it "an authority that lies to the agent is found out before anything is written" agent_is_lied_to

agent_outputs_are_lied_to() {
  local lie words
  while IFS=':' read -r lie words; do
    lied_to "$lie" "$words"
    [[ -s storage/tlscert ]] || wrong "the identity of an honest join kept"
  done <<'LIES'
output key:key
output validity:valid|expired|over
LIES
}
it "an authority that lies about an output's certificates leaves the output empty" agent_outputs_are_lied_to

agent_says_why_it_gives_up() {
  lied_to challenge key
  saw '.ok == false' '.steps | last == "giving_up"' '.reason | startswith("client gave up: ")'
}
it "the agent tells the authority why it gives up" agent_says_why_it_gives_up
