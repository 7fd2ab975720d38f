#!/bin/sh
# demo.sh <gyre>: installs Express, runs the server, measures /ping under CPU load. Leaves the
# repository as it was: everything happens in a copy below build/.
set -eu

gyre=$1
here=$(cd "$(dirname "$0")" && pwd)
tools="$(dirname "$gyre")/../tools"
work="$(dirname "$gyre")/../demo"
server=""

fail() {
  printf 'demo: %s\n' "$1" >&2
  [ -n "${2:-}" ] && printf 'hint: %s\n' "$2" >&2
  exit 1
}
stop() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; }
trap stop EXIT INT TERM

mkdir -p "$work"
work=$(cd "$work" && pwd)
cp "$here/package.json" "$here/server.js" "$work/"
cd "$work"

echo "==> gyre install (Express from the configured registry)"
"$gyre" install || fail "gyre install failed" "the line above has the code; without a network set NPM_CONFIG_REGISTRY"

echo "==> gyre run server.js"
: >server.log
PORT=0 "$gyre" run server.js >server.log 2>&1 &
server=$!
port=""
tries=0
while [ -z "$port" ]; do
  port=$(sed -n 's/^listening on \([0-9]*\)$/\1/p' server.log)
  kill -0 "$server" 2>/dev/null || { cat server.log >&2; fail "the server ended" "its output is above"; }
  tries=$((tries + 1))
  [ "$tries" -le 200 ] || fail "the server did not start within 10 s" "see $work/server.log"
  [ -n "$port" ] || sleep 0.05
done
echo "listening on 127.0.0.1:$port"

get() { "$gyre" -e "
  require('http').get({ port: $port, path: process.argv[1], agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part) => { text += part; });
    response.on('end', () => console.log(response.statusCode + ' ' + process.argv[1] + ' -> ' + text));
  });" "$1" || fail "GET $1 failed" "see $work/server.log"; }
get /
get /ping
get '/report?limit=100000'
get '/report?limit=100000&offload=1'

field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }
measure() { # label path
  "$tools/load" --port "$port" --path "$2" --connections 2 --seconds 5 >"busy-$1.json" &
  busy=$!
  sleep 0.5
  "$tools/load" --port "$port" --path /ping --connections 1 --interval-ms 2 --seconds 4 >"ping-$1.json"
  wait "$busy"
  printf '%-12s %10s %12s %12s %14s\n' "$1" "$(field requests <"ping-$1.json")" \
    "$(field p50 <"ping-$1.json")" "$(field p99 <"ping-$1.json")" "$(field requests <"busy-$1.json")"
}
echo "==> /ping while two clients ask for /report (CPU work), 4 s each"
printf '%-12s %10s %12s %12s %14s\n' "/report" "pings" "p50 ms" "p99 ms" "reports done"
measure inline '/report?limit=200000'
measure offloaded '/report?limit=200000&offload=1'
inline=$(field p99 <ping-inline.json)
offloaded=$(field p99 <ping-offloaded.json)
awk -v a="$inline" -v b="$offloaded" 'BEGIN { if (b > 0) printf "p99 of /ping: %.1f times lower offloaded\n", a / b }'
echo "==> Done"
