# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Real programs judge what the authority issued and the agent wrote.

issued() {
  bot issued && token issued issued
  config issued secret="$(secret_of issued)"
  joins
}
it "an identity is issued for the programs below to judge" issued
identity=$suite/issued/out

openssl_verifies() {
  tctl auth export --type=tls-user >user.pem
  tctl auth export --type=tls-host >host.pem
  openssl verify -CAfile user.pem "$identity/tlscert"
  if openssl verify -CAfile host.pem "$identity/tlscert"; then
    wrong "the host authority not to vouch for a user certificate"
  fi
}
it "openssl verifies the TLS certificate against the exported user authority only" openssl_verifies

key_matches() {
  [[ $(openssl x509 -in "$identity/tlscert" -noout -pubkey) == \
  "$(openssl pkey -in "$identity/key" -pubout)" ]] || wrong "the certificate to certify the key"
  ssh-keygen -y -f "$identity/key" | cut -d ' ' -f 1,2 >derived
  [[ $(cut -d ' ' -f 1,2 "$identity/key.pub") == "$(cat derived)" ]] || wrong "key.pub to be the key's"
}
it "openssl and ssh-keygen agree that key and certificates belong together" key_matches

ssh_keygen_lists() {
  ssh-keygen -L -f "$identity/key-cert.pub" >listed
  cat listed
  grep -q 'user certificate' listed
  grep -qE "^ +$(id -un)\$" listed || wrong "the login among the principals"
  grep -qE 'Valid: from .* to ' listed
}
it "ssh-keygen -L reads the SSH certificate and shows the login" ssh_keygen_lists

modes() {
  local bad
  bad=$(find "$identity" "$suite/issued/storage" -type f ! -perm 600)
  [[ -z $bad ]] || wrong "files of mode 600: $bad"
  bad=$(find "$identity" "$suite/issued/storage" -type d ! -perm 700)
  [[ -z $bad ]] || wrong "folders of mode 700: $bad"
}
it "every file is readable by its owner alone" modes

ssh_config_parses() {
  ssh -G -F "$identity/ssh_config" node.example.test >parsed
  grep -q "certificatefile $identity/key-cert.pub" parsed || wrong "the certificate in use"
}
it "ssh reads the generated ssh_config" ssh_config_parses

sshd_lets_in() {
  tctl auth export --type=user | sed 's/^cert-authority //' >authorities
  loopback_sshd "$PWD/sshd" "$PWD/authorities"
  [[ $(loopback_ssh "$identity" "$(id -un)" id -un) == "$(id -un)" ]] || wrong "to be logged in"
  if loopback_ssh "$identity" nobody id -un; then wrong "no login that the role does not give"; fi
}
it "a real sshd lets the bot in, under its login only" sshd_lets_in

sshd_refuses_foreign() {
  tctl auth export --type=user | sed 's/^cert-authority //' >authorities
  loopback_sshd "$PWD/sshd" "$PWD/authorities"
  # Another cluster, with the same names of bot, token and role.
  loopback_authority "$PWD/foreign" example.test
  export TENON_ADMIN_SOCKET=$authority_socket SSL_CERT_FILE=$authority_ca
  bot issued && token issued issued
  config issued secret="$(secret_of issued)"
  joins
  complete out
  if loopback_ssh "$PWD/out" "$(id -un)" id -un; then wrong "another cluster's certificate refused"; fi
  grep -qi 'authentication attempt\|Failed publickey\|Connection closed by' sshd/sshd.log
}
it "a real sshd refuses a certificate of another cluster" sshd_refuses_foreign

sshd_refuses_expired() {
  tctl auth export --type=user | sed 's/^cert-authority //' >authorities
  loopback_sshd "$PWD/sshd" "$PWD/authorities"
  bot expired && token expired expired
  config expired secret="$(secret_of expired)" ttl=8s extra='renewal_interval: 4s'
  joins
  local until
  until=$(date -d "$(openssl x509 -in out/tlscert -noout -enddate | cut -d = -f 2)" +%s)
  (($(date +%s) < until)) || wrong "a certificate that is still valid"
  [[ $(loopback_ssh "$PWD/out" "$(id -un)" id -un) == "$(id -un)" ]] || wrong "to be let in before"
  past() { (($(date +%s) > until + 1)); }
  loopback_until 300 past || wrong "the certificate to expire within half a minute"
  if loopback_ssh "$PWD/out" "$(id -un)" id -un; then wrong "an expired certificate refused"; fi
  grep -qi 'expired' sshd/sshd.log || wrong "sshd to say that it has expired"
}
it "a real sshd refuses the bot after the certificate has expired" sshd_refuses_expired

audit() {
  local log
  log=$(find "$suite/authority/data" -name '*audit*' -type f | head -n 1)
  [[ -n $log ]] || wrong "an audit log in the data folder"
  jq -es 'length > 0' "$log" >/dev/null || wrong "one JSON object per line"
}
it "the authority's audit log is one JSON object per line" audit
