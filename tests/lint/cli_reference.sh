#!/bin/sh
# Every command has a summary, options and examples, and docs/cli.md is what the tables say.
# cli_reference.sh <gyre> <docs/cli.md>
gyre=$1 reference=$2 status=0
scratch=$(mktemp -d) || exit 1
trap 'rm -r "$scratch"' EXIT
"$gyre" help --markdown >"$scratch/cli.md" || exit 1
for command in $(sed -n 's/^## gyre //p' "$scratch/cli.md"); do
  sed -n "/^## gyre $command\$/,/^## /p" "$scratch/cli.md" >"$scratch/section"
  grep -q '^[A-Z].*\.' "$scratch/section" || { echo "$command has no summary"; status=1; }
  grep -q '^| `--' "$scratch/section" || grep -q '^| `-' "$scratch/section" ||
    { echo "$command has no options"; status=1; }
  grep -Eq '^(gyrex?|cd|eval) ' "$scratch/section" || { echo "$command has no examples"; status=1; }
  "$gyre" "$command" --help | grep -q 'Examples:' || { echo "$command --help: no examples"; status=1; }
done
if ! diff -u "$reference" "$scratch/cli.md"; then
  echo "docs/cli.md is not what the tables say: gyre help --markdown >docs/cli.md"
  status=1
fi
exit $status
