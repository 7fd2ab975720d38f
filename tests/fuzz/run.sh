#!/bin/sh
# Runs every fuzz target for some seconds on a copy of its seeds: run.sh <build folder> <seconds>.
# Ends with 1 and the place of the input when a target crashes, hangs or grows beyond 2 GiB.
set -eu

build=$1
seconds=$2
seeds=$(cd "$(dirname "$0")" && pwd)/corpus
work="$build/fuzzing"
mkdir -p "$work"

run_one() {
  name=${1##*/fuzz_}
  mkdir -p "$work/$name/corpus"
  [ ! -d "$seeds/$name" ] || cp "$seeds/$name"/* "$work/$name/corpus/"
  if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
    -artifact_prefix="$work/$name/" "$work/$name/corpus" >"$work/$name/log" 2>&1; then
    printf '%-14s ok      %s\n' "$name" "$(grep -o 'DONE.*' "$work/$name/log" || true)"
  else
    printf '%-14s FAILED  see %s\n' "$name" "$work/$name/log"
    return 1
  fi
}

failed=0
for target in "$build"/bin/fuzz_*; do
  run_one "$target" || failed=1
done
exit $failed
