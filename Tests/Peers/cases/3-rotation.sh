# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# The Python client is asked for a new key by tenond.

# rotate <token> <time> : as an operator asks for a new key from that time on.
rotate() { amend "$1" ".spec.bound_keypair.rotate_after = \"$2\""; }

python_rotation() {
  bot pyrotate && token pyrotate pyrotate
  joins_python pyrotate --registration-secret "$(secret_of pyrotate)"
  joined
  local before
  before=$(jq -r .bound_public_key joined.json)
  rotate pyrotate 2099-01-01T00:00:00Z
  joins_python pyrotate
  joined '.rotations == 0'
  rotate pyrotate 2020-01-01T00:00:00Z
  joins_python pyrotate
  joined '.authenticated' '.rotations == 1' '.challenges == 2' ".bound_public_key != \"$before\""
  [[ $(status_of pyrotate bound_public_key) == "$(jq -r .bound_public_key joined.json)" ]] ||
    wrong "the new key in the token's status"
  [[ -n $(status_of pyrotate last_rotated_at) ]] || wrong "the time of the rotation in the status"
  joins_python pyrotate
  joined '.rotations == 0' '.challenges == 1' '.generation == "4"'
}
it "first rotation, rotation not due: a key is asked for once its time has come" python_rotation

python_second_rotation() {
  registered pyagain
  tries_registered pyagain
  joined
  rotate pyagain 2020-01-01T00:00:00Z
  amend pyagain '.status.bound_keypair.last_rotated_at = "2020-06-01T00:00:00Z"'
  joins_python pyagain
  joined '.rotations == 0'
  amend pyagain '.status.bound_keypair.last_rotated_at = "2019-06-01T00:00:00Z"'
  joins_python pyagain
  joined '.rotations == 1'
}
it "second rotation, second not due: only when the last one was before rotate_after" \
  python_second_rotation

python_no_rotation() {
  registered pyrefuse
  tries_registered pyrefuse
  joined
  local before
  before=$(status_of pyrefuse bound_public_key)
  rotate pyrefuse 2020-01-01T00:00:00Z
  joins_python pyrefuse --lie 'no new key'
  refused_python '[A-Z_]+' 'requesting (a )?new'
  joins_python pyrefuse --lie 'old key'
  refused_python INVALID_ARGUMENT 'public key may not be reused after rotation'
  [[ $(status_of pyrefuse bound_public_key) == "$before" ]] || wrong "the key unchanged"
  joins_python pyrefuse
  joined '.rotations == 1'
}
it "rotation refused by client, rotation reuse: the old key stays bound and the join fails" \
  python_no_rotation
