# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# Disks that are full or read-only.

# small_disk <folder> : mounts a file system of 256 KiB.
small_disk() {
  needs_root
  mkdir -p "$1"
  mount -t tmpfs -o size=256k,mode=0755 tmpfs "$1" || skip "may not mount here"
}
fill() { dd if=/dev/zero of="$1/ballast" bs=4k 2>/dev/null || true; }

full_destination() {
  bot fulldestination && token fulldestination fulldestination
  config fulldestination secret="$(secret_of fulldestination)" destination="$PWD/disk/out"
  small_disk "$PWD/disk"
  joins
  complete disk/out
  local before
  before=$(fingerprint disk/out)
  fill "$PWD/disk"
  agent
  refused "$PWD/disk/out" 'space|full'
  [[ $(fingerprint disk/out) == "$before" ]] || {
    diff <(echo "$before") <(fingerprint disk/out)
    wrong "the old generation untouched"
  }
  rm disk/ballast
  joins
  complete disk/out
}
it "a full disk leaves the old files whole, and the next run succeeds" full_destination

full_storage() {
  bot fullstorage && token fullstorage fullstorage
  config fullstorage secret="$(secret_of fullstorage)" storage="$PWD/disk/storage"
  small_disk "$PWD/disk"
  mkdir -m 0700 disk/storage
  fill "$PWD/disk"
  agent
  refused "$PWD/disk/storage" 'space|full'
  nothing_written out
  [[ -z $(find disk/storage -type f -size 0 ! -name lock ! -name .write-test) ]] ||
    wrong "no empty file left"
  rm disk/ballast
  joins
  complete out
}
it "a full storage is refused before anything is spent, and the next run joins" full_storage

read_only_storage() {
  bot readonly && token readonly readonly
  config readonly secret="$(secret_of readonly)" storage="$PWD/disk/storage"
  small_disk "$PWD/disk"
  mkdir -m 0700 disk/storage
  mount -o remount,ro "$PWD/disk"
  agent
  refused "$PWD/disk/storage" 'read-only|writ'
  nothing_written out
  [[ $(recovery_count readonly) == 0 ]] || wrong "nothing to have been spent"
  mount -o remount,rw "$PWD/disk"
  joins
}
it "a read-only storage is refused before the authority is asked" read_only_storage

read_only_destination() {
  bot readonlyout && token readonlyout readonlyout
  config readonlyout secret="$(secret_of readonlyout)" destination="$PWD/disk/out"
  small_disk "$PWD/disk"
  mount -o remount,ro "$PWD/disk"
  agent
  refused "$PWD/disk" 'read-only|writ'
  mount -o remount,rw "$PWD/disk"
  joins
  complete disk/out
}
it "a read-only destination is refused with its path" read_only_destination

symlinked() {
  bot symlinked && token symlinked symlinked
  mkdir -m 0700 elsewhere
  echo keep >elsewhere/victim
  mkdir -m 0700 out
  ln -s ../elsewhere/victim out/identity
  config symlinked secret="$(secret_of symlinked)"
  agent
  [[ $(cat elsewhere/victim) == keep ]] || wrong "what the link points at untouched"
}
it "a symbolic link in the destination is never written through" symlinked

second_agent() {
  bot second && token second second
  config second secret="$(secret_of second)" oneshot=false
  tbot start -c tbot.yaml >first.txt 2>&1 &
  loopback_pids+=("$!")
  loopback_until 300 test -s out/identity || wrong "a first agent"
  agent --oneshot
  refused 'lock|another|running'
}
it "two agents do not share a storage" second_agent
