# shellcheck shell=bash
# Servers on loopback for the demo, the end-to-end tests and the measurements: sourced, not run.
#
# Whoever sources this calls `loopback_stop` on exit. Only processes started here are ended, by id.

loopback_pids=()
loopback_folders=()

# loopback_port : prints a TCP port of 127.0.0.1 that nobody listens on. The caller uses it at once;
# start_* try again with another when somebody was faster.
loopback_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 30000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# loopback_until <tries> <command>... : runs the command every tenth of a second until it succeeds.
loopback_until() {
  local tries=$1
  shift
  while ((tries-- > 0)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

loopback_alive() { kill -0 "$1" 2>/dev/null; }

# loopback_authority <folder> <cluster name> [flag]... : starts tenond with its data in the folder.
# Sets authority_port, authority_pid, authority_ca (PEM, to trust) and authority_socket.
loopback_authority() {
  local folder=$1 cluster=$2 attempt
  shift 2
  mkdir -p "$folder"
  authority_socket=$folder/admin.sock
  authority_ca=$folder/trust.pem
  for attempt in 1 2 3; do
    authority_port=$(loopback_port)
    rm -f "$authority_socket"
    tenond start --data-dir "$folder/data" --cluster-name "$cluster" \
      --listen "127.0.0.1:$authority_port" --public-addr "localhost:$authority_port" \
      --admin-socket "$authority_socket" "$@" >>"$folder/tenond.log" 2>&1 &
    authority_pid=$!
    loopback_pids+=("$authority_pid")
    # The first start makes every certificate authority; RSA keys take a while on a small machine.
    if loopback_until 600 loopback_answers "$authority_pid" "$authority_socket" "$authority_port" &&
      loopback_alive "$authority_pid"; then
      break
    fi
    loopback_stop_one "$authority_pid"
    if ((attempt == 3)); then
      tail -n 20 "$folder/tenond.log" >&2
      echo "tenond did not start; its log is $folder/tenond.log" >&2
      return 1
    fi
  done
  TENON_ADMIN_SOCKET=$authority_socket tctl auth export --type=tls-host >"$authority_ca"
}

loopback_answers() { # <pid> <socket> <port>
  loopback_alive "$1" || return 0
  [[ -S $2 ]] && TENON_ADMIN_SOCKET=$2 tctl status && (exec 3<>"/dev/tcp/127.0.0.1/$3")
}

# loopback_stop_one <pid> : ends one server started here and waits for it.
loopback_stop_one() {
  kill "$1" 2>/dev/null || return 0
  wait "$1" 2>/dev/null || true
}

# loopback_sshd <folder> <file with user authority keys> : starts OpenSSH on loopback. It accepts
# nothing but certificates of those authorities. Sets sshd_port, sshd_pid and sshd_known_hosts.
loopback_sshd() {
  local folder=$1 authorities=$2 attempt accounts=no
  mkdir -p "$folder"
  # A locked password shuts out certificates too, unless PAM judges accounts; only root sees the lock.
  if [[ $(getent shadow "$(id -un)" | cut -d : -f 2) == '!'* ]]; then accounts=yes; fi
  sshd_known_hosts=$folder/known_hosts
  [[ -f $folder/host_key ]] || ssh-keygen -q -t ed25519 -N '' -C '' -f "$folder/host_key"
  if [[ $(id -u) == 0 ]]; then
    install -d -m 0755 /run/sshd
  fi
  for attempt in 1 2 3; do
    sshd_port=$(loopback_port)
    cat >"$folder/sshd_config" <<CONFIG
ListenAddress 127.0.0.1
Port $sshd_port
HostKey $folder/host_key
PidFile none
TrustedUserCAKeys $authorities
AuthorizedKeysFile none
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM $accounts
LogLevel VERBOSE
CONFIG
    /usr/sbin/sshd -D -e -f "$folder/sshd_config" 2>>"$folder/sshd.log" &
    sshd_pid=$!
    loopback_pids+=("$sshd_pid")
    if loopback_until 100 loopback_listening "$sshd_pid" "$sshd_port" && loopback_alive "$sshd_pid"; then
      break
    fi
    loopback_stop_one "$sshd_pid"
    if ((attempt == 3)); then
      tail -n 5 "$folder/sshd.log" >&2
      echo "sshd did not start; its log is $folder/sshd.log" >&2
      return 1
    fi
  done
  printf '[localhost]:%s %s\n' "$sshd_port" "$(cut -d ' ' -f 1,2 "$folder/host_key.pub")" \
    >"$sshd_known_hosts"
}

loopback_listening() { # <pid> <port>
  loopback_alive "$1" || return 0
  (exec 3<>"/dev/tcp/127.0.0.1/$2")
}

# loopback_ssh <identity folder> <user> <command>... : logs in with the files of an identity output.
loopback_ssh() {
  local identity=$1 user=$2
  shift 2
  ssh -F none -p "$sshd_port" -i "$identity/key" -o CertificateFile="$identity/key-cert.pub" \
    -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 \
    -o UserKnownHostsFile="$sshd_known_hosts" -o LogLevel=ERROR "$user@localhost" "$@" </dev/null
}

# loopback_tpm [flag of swtpm_setup]... : makes a software TPM and starts it. --create-ek-cert gives it a
# certificate by a maker of its own. Sets tpm_pid, tpm_folder, tpm_address, which the test key of the
# method takes, and tpm_maker, the file with the maker's CA.
# shellcheck disable=SC2034  # for those who source this
loopback_tpm() {
  # The path of a socket has little room, and a run's folder may lie deep.
  tpm_folder=$(mktemp -d /tmp/tenon-tpm.XXXXXX) || return 1
  loopback_folders+=("$tpm_folder")
  tpm_address=swtpm:path=$tpm_folder/socket
  tpm_maker=$tpm_folder/ca/issuercert.pem
  mkdir "$tpm_folder/state" "$tpm_folder/ca"
  printf '%s\n' "statedir=$tpm_folder/ca" "signingkey=$tpm_folder/ca/signkey.pem" \
    "issuercert=$tpm_maker" "certserial=$tpm_folder/ca/certserial" >"$tpm_folder/localca.conf"
  printf '%s\n' '--platform-manufacturer x' '--platform-version 1' '--platform-model y' \
    >"$tpm_folder/localca.options"
  printf '%s\n' "create_certs_tool=$(command -v swtpm_localca)" \
    "create_certs_tool_config=$tpm_folder/localca.conf" \
    "create_certs_tool_options=$tpm_folder/localca.options" >"$tpm_folder/setup.conf"
  if ! swtpm_setup --tpm2 --tpmstate "$tpm_folder/state" --config "$tpm_folder/setup.conf" \
    --overwrite --pcr-banks sha256 "$@" >"$tpm_folder/log" 2>&1; then
    tail -n 5 "$tpm_folder/log" >&2
    echo "no software TPM could be made; make deps installs swtpm and swtpm-tools" >&2
    return 1
  fi
  swtpm socket --tpm2 --tpmstate "dir=$tpm_folder/state" --flags not-need-init,startup-clear \
    --server "type=unixio,path=$tpm_folder/socket" \
    --ctrl "type=unixio,path=$tpm_folder/socket.ctrl" >>"$tpm_folder/log" 2>&1 &
  tpm_pid=$!
  loopback_pids+=("$tpm_pid")
  if ! loopback_until 100 test -S "$tpm_folder/socket.ctrl"; then
    tail -n 5 "$tpm_folder/log" >&2
    echo "swtpm did not start" >&2
    return 1
  fi
}

# loopback_stop : ends every server started here, and removes the folders made for them.
loopback_stop() {
  local pid
  for pid in "${loopback_pids[@]}"; do
    loopback_stop_one "$pid"
  done
  loopback_pids=()
  if ((${#loopback_folders[@]} > 0)); then rm -rf "${loopback_folders[@]}"; fi
  loopback_folders=()
}
