# shellcheck shell=bash
# shellcheck disable=SC2154
# What README and the pages on plugins print works as printed. Sourced by run.sh.

# block <document> <first line> : the first fenced block that begins with that line.
block() {
  awk -v want="$2" '
    /^```/ { if (inside) exit; if ((getline first) > 0 && first == want) { inside = 1; print first }; next }
    inside' "$1"
}

# as_printed <document> <first line> <file> : writes a block to a file; it must be there.
as_printed() {
  block "$repository/$1" "$2" >"$3"
  [[ -s $3 ]] || wrong "$1 to hold a block that begins with $2"
}

readme_joins() {
  local name secret
  for name in bot token-example tbot; do as_printed README.md "# $name.yaml" "$name.yaml"; done
  sed -i 's/name: example/name: readme/; s/\(bot_name\|token\): example/\1: readme/' ./*.yaml
  sed -i "s/example.internal:443/localhost:$authority_port/; s|/var/lib/tenon/bot|$PWD/storage|; s|/opt|$PWD|" tbot.yaml
  tctl create -f bot.yaml
  tctl create -f token-example.yaml
  secret=$(secret_of readme)
  sed -i "s/SECRET/$secret/" tbot.yaml
  echo 'oneshot: true' >>tbot.yaml
  joins
  complete machine-id
}

printed_outputs_write() {
  local folder=$PWD/plugins
  cp -r "$TENON_TEST_TREE/lib/tenon/plugins" "$folder"
  as_printed README.md '#include <string.h>' motd.c
  as_printed docs/abi/README.md '#include <tenon/plugin.h>' host-authorities.c
  for name in motd host-authorities; do
    cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -Wl,-z,defs,-z,now,-z,relro,-z,nodelete \
      -I "$repository/Sources/PluginABI/include" "$name.c" -o "$folder/$name.so"
  done
  bot printed
  token printed printed
  config printed "secret=$(secret_of printed)" "extra=plugins: {directory: $folder}"
  sed -i 's|^services:|&\n  - {type: motd, destination: {type: directory, path: motd}}\n  - {type: host_authorities, destination: {type: directory, path: authorities}}|' tbot.yaml
  sed -i "s|path: \(motd\|authorities\)}|path: $PWD/\1}|" tbot.yaml
  joins
  [[ $(cat motd/motd) == welcome ]] || wrong "motd/motd to say welcome"
  jq -e . authorities/authorities.json >/dev/null || wrong "authorities.json to be JSON"
}

it "the files printed in README make a machine join" readme_joins
it "the outputs printed in README and docs/abi write their files" printed_outputs_write
