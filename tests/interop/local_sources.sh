#!/bin/sh
# local_sources.sh <gyre> <gyre-registry-mock> <fixtures>: run.sh, whole trees and all, on projects
# whose dependencies are repositories (git over file:) and archives (a file, a URL of the mock),
# made here: nothing of it needs a network. Ends with 77 (skipped) without npm or git.
gyre=$1 mock=$2 fixtures=$3
here=$(cd "$(dirname "$0")" && pwd)
for tool in npm git; do
  command -v $tool > /dev/null || { echo "$tool is not there: skipped"; exit 77; }
done
scratch=$(mktemp -d) || exit 1
. "$here/../support/start_mock.sh"
HOME=$scratch/home
npm_config_cache=$scratch/npm-cache
GYRE_CACHE=$scratch/gyre-cache
export HOME npm_config_cache GYRE_CACHE
mkdir "$HOME"

repository() { # repository <name> <tag…>: package.json comes from stdin; a commit for each tag
  folder=$scratch/repositories/$1
  name=$1
  mkdir -p "$folder"
  git -C "$folder" init --quiet --initial-branch=main
  cat > "$folder/package.json"
  shift
  for tag; do
    sed -i "s/\"version\": *\"[^\"]*\"/\"version\": \"${tag#v}\"/" "$folder/package.json"
    echo "module.exports = '$name $tag'" > "$folder/index.js"
    git -C "$folder" add --all
    git -C "$folder" -c user.name=a -c user.email=a@example.com commit --quiet --message="$tag"
    git -C "$folder" tag "$tag"
  done
}
from=git+file://$scratch/repositories
repository inner v1.0.0 v1.2.0 v2.0.0 <<'END'
{"name": "inner", "version": "0", "dependencies": {"alpha": "^1.0.0"}}
END
repository outer v3.0.0 v3.1.0 <<END
{"name": "outer", "version": "0", "bin": "index.js",
 "dependencies": {"inner": "$from/inner#semver:^1.0.0", "beta": "^1.0.0"},
 "devDependencies": {"alpha": "1.0.0"}}
END
commit=$(git -C "$scratch/repositories/inner" rev-parse v1.0.0)

mkdir -p "$scratch/made/package"
echo '{"name": "made", "version": "4.5.6", "dependencies": {"alpha": "*"}}' \
  > "$scratch/made/package/package.json"
tar -C "$scratch/made" -czf "$scratch/made.tgz" package

project() { # project <name>: package.json comes from stdin
  mkdir -p "$scratch/projects/$1"
  cat > "$scratch/projects/$1/package.json"
  cp "$scratch/made.tgz" "$scratch/projects/$1/"
}
project repositories <<END
{
  "name": "repositories", "version": "1.0.0",
 "dependencies": {"outer": "$from/outer#v3.0.0", "inner": "$from/inner"}}
END
project commits <<END
{
  "name": "commits", "version": "1.0.0",
 "dependencies": {"inner": "$from/inner#$commit"}, "devDependencies": {"outer": "$from/outer#semver:3.x"}}
END
project archives <<END
{
  "name": "archives", "version": "1.0.0",
 "dependencies": {"made": "file:made.tgz", "alpha": "${url}alpha/-/alpha-1.0.0.tgz", "beta": "*"}}
END
project both <<END
{"name": "both", "version": "1.0.0",
 "dependencies": {"made": "file:made.tgz", "renamed": "$from/inner#semver:~1.0.0"},
 "optionalDependencies": {"outer": "$from/outer#main"}}
END
sh "$here/run.sh" --install --registry "$url" --projects "$scratch/projects" \
  --work "$scratch/trees" "$gyre"
status=$?
if [ $status -ne 0 ]; then
  for log in "$scratch"/trees/*.log; do
    [ -s "$log" ] && { echo "== ${log##*/}"; head -n 40 "$log"; }
  done
fi
exit $status
