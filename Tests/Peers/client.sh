# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client against tenond: what its cases share. Sourced by run.sh. The rows of the protocol's
# conformance tables are not here but in Tests/Conformance.

# joins_python <token> [flag]... : one join; `status`, joined.json and refusal.json say what became of it.
joins_python() {
  local token=$1
  shift
  status=0
  timeout 60 "$python" "$peers/join_client.py" --address "127.0.0.1:$authority_port" \
    --ca "$authority_ca" --token "$token" --state state "$@" >joined.json 2>refusal.json || status=$?
}

# joined [jq condition]... : the last join went well, OpenSSL and OpenSSH accept what it got, and each
# condition holds for it.
joined() {
  ((status == 0)) || {
    cat refusal.json
    wrong "the client joins, but its exit code is $status"
  }
  tctl auth export --type=tls-user >users.pem
  openssl verify -purpose sslclient -CAfile users.pem state/tlscert >/dev/null ||
    wrong "OpenSSL takes the certificate"
  openssl x509 -in state/tlscert -noout -checkend 60 >/dev/null || wrong "a certificate for a minute at least"
  [[ $(openssl x509 -in state/tlscert -noout -pubkey) == "$(openssl pkey -in state/key -pubout)" ]] ||
    wrong "the certificate to be for the client's key"
  [[ $(ssh-keygen -L -f state/key-cert.pub | sed -n 's/.*Key ID: "\(.*\)"/\1/p') == \
    "$(jq -r .username joined.json)" ]] || wrong "OpenSSH reads the user's name"
  local condition
  for condition in "$@"; do
    jq -e "$condition" joined.json >/dev/null || {
      jq . joined.json
      wrong "$condition"
    }
  done
}

# refused_python <regular expression of the status code> <regular expression of the words>
refused_python() {
  ((status == 1)) || {
    cat joined.json refusal.json
    wrong "exit code 1, got $status"
  }
  jq -er .code refusal.json | grep -qE "^($1)\$" || wrong "code $1, it is: $(cat refusal.json)"
  jq -er .message refusal.json | grep -qiE "$2" || wrong "/$2/ in: $(cat refusal.json)"
}
