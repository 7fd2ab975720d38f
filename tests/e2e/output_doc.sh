#!/bin/sh
# output_doc.sh <folder of gyre and gyre-registry-mock> <source folder>: docs/output.md is what
# docs/record_output.sh records today, but for times, sizes, rates and hashes. Needs util-linux's
# script (77: skipped).
export LC_ALL=C.UTF-8  # the patterns below look at characters, not at bytes
command -v script > /dev/null || { echo "script is not there: skipped"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
bash "$2/docs/record_output.sh" "$1" > "$scratch/new.md" || { cat "$scratch/new.md"; exit 1; }
# How far a bar has come when it is drawn is chance; that it is drawn is not.
shape() {
  sed -e 's/sha512-[A-Za-z0-9+/=]*/HASH/g' -e 's/[0-9.]* \(ms\|s\|B\|kB\|MB\)\b/N \1/g' \
    -e 's/\bN ms\b/N s/g' -e 's/"milliseconds": [0-9]*/"milliseconds": N/' \
    -e 's/^. fetching .*/PROGRESS/' -e '/^. \(resolving\|linking\|reading\) /d' "$1" | uniq
}
shape "$2/docs/output.md" > "$scratch/old.shape"
shape "$scratch/new.md" > "$scratch/new.shape"
grep -q PROGRESS "$scratch/new.shape" || { echo "no progress was recorded"; exit 1; }
diff -u "$scratch/old.shape" "$scratch/new.shape"
