#!/bin/sh
# Whether gyre and npm can take turns in a project: each of projects/ is locked and, with --install,
# installed by both, and what one writes is put before the other. Prints one row per project; exit
# status 1 when anything differs. Uses the registry that npm is configured for, or --registry.
set -u

here=$(cd "$(dirname "$0")" && pwd)
usage() {
  cat <<'END'
usage: run.sh [options] GYRE [project...]

  --install         install the trees too: npm ls --all, and gyre ci against npm ci place by place
  --registry URL    ask this registry instead of the configured one
  --recorded MOCK   ask MOCK (gyre-registry-mock), which serves metadata.tar.xz: no archives, so only
                    projects that can be locked without any
  --before DATE     ignore versions published later, so that both tools see the same ones
  --resolved        write tarball addresses into lockfiles, whatever the user's npmrc says
  --work DIR        keep the projects under DIR
  --projects DIR    take the projects from DIR, not from here
END
}

install=no registry= before= work= resolved= mock= projects=$here/projects
while [ $# -gt 0 ]; do
  case $1 in
    --install) install=yes ;;
    --registry) registry=$2; shift ;;
    --recorded) mock=$2; shift ;;
    --before) before=$2; shift ;;
    --work) work=$2; shift ;;
    --projects) projects=$2; shift ;;
    --resolved) resolved=false ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
[ $# -ge 1 ] || { usage >&2; exit 2; }
gyre=$1; shift
command -v npm >/dev/null 2>&1 || { echo "npm is not there: skipped"; exit 77; }
if [ $# -eq 0 ]; then
  for project in "$projects"/*; do
    # What comes in archives, and git, is not recorded.
    [ -n "$mock" ] && [ -e "$project/.not-recorded" ] && continue
    set -- "$@" "$(basename "$project")"
  done
fi
mock_pid= scratch=
clean_up() {
  [ -z "$mock_pid" ] || kill "$mock_pid"
  [ -z "$scratch" ] || rm -rf "$scratch"
}
trap clean_up EXIT
scratch=$(mktemp -d)
[ -n "$work" ] || work=$scratch/work
mkdir -p "$work"

if [ -n "$mock" ]; then
  mkdir "$scratch/metadata"
  tar -C "$scratch/metadata" -xf "$here/metadata.tar.xz" || exit 1
  "$mock" --port 0 --packages "$scratch/metadata" >"$scratch/address" 2>"$scratch/mock.log" &
  mock_pid=$!
  while [ ! -s "$scratch/address" ]; do
    kill -0 "$mock_pid" 2>/dev/null || { cat "$scratch/mock.log" >&2; exit 1; }
    sleep 0.1
  done
  registry=$(head -n 1 "$scratch/address")
  export npm_config_cache="$scratch/npm-cache" GYRE_CACHE="$scratch/gyre-cache"
fi

export npm_config_audit=false npm_config_fund=false npm_config_ignore_scripts=true
export npm_config_update_notifier=false npm_config_loglevel=error npm_config_progress=false
[ -z "$registry" ] || export npm_config_registry="$registry"
[ -z "$before" ] || export npm_config_before="$before"
[ -z "$resolved" ] || export npm_config_omit_lockfile_registry_resolved="$resolved"

# Where packages lie, with their versions.
places() {
  (cd "$1" && find . -path '*/node_modules/*' -name package.json \( -type f -o -type l \) |
    grep -E 'node_modules/(@[^/]+/)?[^/]+/package.json$' | sort |
    while read -r file; do
      printf '%s %s\n' "$file" "$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$file" | head -n 1)"
    done)
}

# step NAME COMMAND...: one cell of the row.
step() {
  name=$1; shift
  if "$@" >"$work/$project.$name.log" 2>&1; then
    row="$row $name=ok"
  else
    row="$row $name=FAIL"
    failed=1
  fi
}
in_dir() { (cd "$1" && shift && "$@"); }
# gyre holds releases of the last day back, npm does not: env npm_config_min_release_age=0 below.
# What is wrong with npm's own tree (peers under legacy-peer-deps) may be wrong with ours.
same_verdict() {
  in_dir "$theirs" "$@" 2>&1 | sed "s|$theirs|HERE|g" >"$work/$project.verdict.npm"
  in_dir "$ours" "$@" 2>&1 | sed "s|$ours|HERE|g" >"$work/$project.verdict.gyre"
  grep -v 'A complete log' "$work/$project.verdict.npm" | sed 's/[.]npm$//' >"$work/$project.a"
  grep -v 'A complete log' "$work/$project.verdict.gyre" | sed 's/[.]gyre$//' >"$work/$project.b"
  diff -u "$work/$project.a" "$work/$project.b"
}
copy() { rm -rf "$2" && cp -R "$projects/$1" "$2"; }

one_project() {
  project=$1
  ours="$work/$project.gyre" theirs="$work/$project.npm"
  row=""
  copy "$project" "$ours"
  copy "$project" "$theirs"
  step npm-lock in_dir "$theirs" npm install --package-lock-only
  step lock in_dir "$ours" env npm_config_min_release_age=0 "$gyre" install --package-lock-only
  step same-lock diff -u "$theirs/package-lock.json" "$ours/package-lock.json"
  cp "$ours/package-lock.json" "$work/$project.lock" 2>/dev/null
  step npm-keeps in_dir "$ours" npm install --package-lock-only
  step no-diff diff -u "$work/$project.lock" "$ours/package-lock.json"
  step npm-ci in_dir "$ours" npm ci --dry-run
  step npm-ls same_verdict npm ls --all --package-lock-only
  cp "$theirs/package-lock.json" "$work/$project.lock"
  step frozen in_dir "$theirs" env npm_config_min_release_age=0 "$gyre" install --frozen --dry-run
  step gyre-keeps in_dir "$theirs" env npm_config_min_release_age=0 "$gyre" install --package-lock-only
  step no-diff2 diff -u "$work/$project.lock" "$theirs/package-lock.json"
  if [ "$install" = yes ]; then
    step install in_dir "$ours" env npm_config_min_release_age=0 "$gyre" install
    copy "$project" "$work/$project.ci"
    cp "$theirs/package-lock.json" "$work/$project.ci/"
    step ci in_dir "$work/$project.ci" env npm_config_min_release_age=0 "$gyre" ci
    step npm-ci-real in_dir "$theirs" npm ci
    step ls same_verdict npm ls --all
    places "$work/$project.ci" >"$work/$project.places.gyre"
    places "$theirs" >"$work/$project.places.npm"
    step same-places diff -u "$work/$project.places.npm" "$work/$project.places.gyre"
    step same-hidden diff -u "$theirs/node_modules/.package-lock.json" \
      "$work/$project.ci/node_modules/.package-lock.json"
    rm -rf "$ours/node_modules" "$theirs/node_modules" "$work/$project.ci"
  fi
  count=$(grep -c '"node_modules/' "$work/$project.lock" 2>/dev/null)
  printf '%-16s %5s packages:%s\n' "$project" "${count:-0}" "$row"
}

failed=0
for name in "$@"; do one_project "$name"; done
exit $failed
