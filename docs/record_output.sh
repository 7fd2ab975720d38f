#!/bin/bash
# Makes docs/output.md: real output of real commands against the mock registry.
# docs/record_output.sh <folder with gyre and gyre-registry-mock> >docs/output.md
set -e
bin=$(cd "$1" && pwd)
root=$(mktemp -d)
trap 'kill "$mock" 2>/dev/null; rm -rf "$root"' EXIT
export PATH=$bin:$PATH HOME=$root/home XDG_CACHE_HOME=$root/cache LANG=C.UTF-8
unset CI NO_COLOR npm_config_registry NPM_CONFIG_REGISTRY
mkdir -p "$root/home"

package() {  # name version extra-json
  mkdir -p "$root/packages/$1/$2"
  printf '{"name":"%s","version":"%s"%s}\n' "$1" "$2" "$3" >"$root/packages/$1/$2/package.json"
  head -c 200000 /dev/urandom | base64 >"$root/packages/$1/$2/index.txt"
}
project() {  # folder json
  rm -rf "${root:?}/$1" && mkdir -p "$root/$1" && cd "$root/$1"
  printf '%s\n' "$2" >package.json
}
package router 2.1.0
package body 1.4.2 ',"dependencies":{"bytes":"^3.0.0"}'
package bytes 3.1.2
package server 5.0.1 ',"dependencies":{"router":"^2.0.0","body":"^1.4.0"},"bin":{"server":"index.txt"}'
package view 17.0.2
package view 18.3.1
package widgets 2.0.0 ',"peerDependencies":{"view":"^17.0.0"}'
package addon 1.3.0 ',"scripts":{"postinstall":"echo built > built.txt"}'
package broken 1.0.0
cat >"$root/packages/broken/_registry.json" <<'JSON'
{"versions": {"1.0.0": {"dist": {"integrity": "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}}}}
JSON

gyre-registry-mock --port 0 --packages "$root/packages" >"$root/address" &
mock=$!
while ! grep -q http "$root/address"; do sleep 0.05; done
export npm_config_registry=$(grep -o 'http://[^ ]*' "$root/address")

plain() {
  sed -e "s#$npm_config_registry#https://registry.example/#g" -e "s#$root#~#g" \
    -e 's#127\.0\.0\.1:[0-9]*#registry.example#g'
}
show() {  # command: what it prints without a terminal
  echo "\$ $1"
  (eval "$1" 2>&1 || echo "(exit status $?)") | plain
}
section() { printf '\n## %s\n\n' "$1"; }
fence() { printf '```\n'; }

cat <<'TEXT'
# What gyre prints

Recorded by `docs/record_output.sh` with the mock registry; run it again to see for yourself. Results go to
stdout; warnings, progress and errors to stderr. Colours are used on terminals only, and not under `NO_COLOR`.
TEXT
section "Install"
project app '{ "name": "app", "dependencies": { "server": "^5.0.0" } }'
fence; show 'gyre install'; show 'gyre install'; show 'gyre install --json'; fence
section "A conflict"
project app '{ "name": "app", "dependencies": { "view": "^18.0.0", "widgets": "^2.0.0" } }'
fence; show 'gyre install'; fence
section "Blocked scripts"
project app '{ "name": "app", "dependencies": { "addon": "^1.0.0" } }'
fence; show 'gyre install'; show 'gyre approve'; show 'gyre approve addon'
show 'cat package.json'; fence
section "An integrity failure"
project app '{ "name": "app", "dependencies": { "broken": "^1.0.0" } }'
fence; show 'gyre install'; show 'ls'; fence
section "Progress on a terminal"
echo 'One line, drawn over itself; here some states of it, from a registry that was slowed down.'
echo
project app '{ "name": "app", "dependencies": { "server": "^5.0.0" } }'
rm -rf "$root/cache"
every=20
for name in router body bytes server; do
  every=$((every + 25))
  gyre -e "
    const { request } = require('http');
    const fault = { url: '/$name/-/*', trickle: { bytes: 8192, every: $every } };
    request(process.env.npm_config_registry + '-/mock/faults', { method: 'POST' },
            (answer) => answer.resume()).end(JSON.stringify(fault));"
done
fence
script -qec 'gyre install' /dev/null </dev/null | tr '\r' '\n' |
  sed -e 's/\x1b\[[0-9;]*[A-Za-z]//g' | grep . | awk 'NR % 10 == 1 || /added/' | plain
fence
section "Colours"
echo 'On a terminal, escape sequences made visible; then the same under `NO_COLOR`, and with `--no-color`.'
echo
project app '{ "name": "app", "dependencies": { "router": "^7.0.0" } }'
fence
for command in 'gyre install' 'NO_COLOR=1 gyre install' 'gyre install --no-color'; do
  echo "\$ $command"
  # What the line of progress leaves is not shown.
  (script -qec "$command --no-progress" /dev/null </dev/null || true) | tr -d '\r' |
    sed -e 's/\x1b/\\e/g' | plain
done
fence
