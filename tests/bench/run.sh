#!/bin/sh
# run.sh <gyre> [names]: runs the benchmarks. Peers come from the npm registry into build/peers.
set -eu
gyre=$1
shift
exec "$gyre" run "$(dirname "$0")/main.js" "$@"
