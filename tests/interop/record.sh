#!/bin/sh
# Records what run.sh --recorded needs: record.sh INTEROP_RECORD WORK, where WORK is the folder of a
# run.sh --work run against the real registry. Writes metadata.tar.xz beside this script.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 2 ] || { echo "usage: record.sh INTEROP_RECORD WORK" >&2; exit 2; }
tool=$1 work=$2
registry=$(npm config get registry)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/full" "$scratch/kept"

"$tool" names "$work"/*.npm/package-lock.json | while read -r name; do
  file=$(printf '%s' "$name" | sed 's|/|%2f|')
  printf 'url = "%s%s"\noutput = "%s/full/%s.json"\n' "${registry%/}/" "$file" "$scratch" "$file"
done >"$scratch/urls"
curl --silent --show-error --fail --parallel --parallel-max 8 \
  --header 'Accept: application/vnd.npm.install-v1+json' --compressed --config "$scratch/urls"
"$tool" strip "$scratch/kept" "$scratch/full" "$work"/*.npm/package-lock.json
tar --sort=name --owner=0 --group=0 --mtime=@0 -C "$scratch/kept" -cJf "$here/metadata.tar.xz" .
ls -l "$here/metadata.tar.xz"
