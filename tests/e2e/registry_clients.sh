#!/bin/sh
# registry_clients.sh <gyre-registry-mock> <fixtures>: the clients people have, against the mock:
# npm, pnpm, yarn and bun install from it, npm publishes to it. GYRE_PEERS names a folder of further
# executables. Ends with 77 (skipped) where none of them is.
mock=$1
fixtures=$2
scratch=$(mktemp -d) || exit 1
PATH=$PATH:${GYRE_PEERS:-/nonexistent}
HOME=$scratch/home
XDG_CACHE_HOME=$scratch/cache
XDG_DATA_HOME=$scratch/data
BUN_INSTALL=$scratch/bun
NO_UPDATE_NOTIFIER=1
export PATH HOME XDG_CACHE_HOME XDG_DATA_HOME BUN_INSTALL NO_UPDATE_NOTIFIER
mkdir -p "$HOME"
. "$(dirname "$0")/../support/start_mock.sh"
npm_config_registry=$url
npm_config_audit=false
npm_config_update_notifier=false
export npm_config_registry npm_config_audit npm_config_update_notifier
failures=0
present=0

check() { # check <what> <command…>: says what failed and with which output
  what=$1
  shift
  if timeout 120 "$@" > "$scratch/output" 2>&1; then
    echo "ok    $what"
  else
    echo "FAIL  $what"
    sed 's/^/      /' "$scratch/output"
    failures=$((failures + 1))
  fi
}

says() { # says <what> <text> <command…>: check, and the output has the text
  what=$1
  text=$2
  shift 2
  check "$what" "$@"
  grep -q -- "$text" "$scratch/output" && return
  echo "FAIL  $what: no \"$text\" in"
  sed 's/^/      /' "$scratch/output"
  failures=$((failures + 1))
}

project() { # a fresh project to install into, which becomes the current folder
  mkdir -p "$scratch/$1" && cd "$scratch/$1" || exit 1
  echo '{"name":"app","version":"1.0.0","dependencies":{"@acme/gamma":"^1.0.0"}}' > package.json
}

for client in npm pnpm yarn bun; do
  command -v $client > /dev/null || { echo "skip  $client"; continue; }
  present=1
  project with-$client
  check "$client installs" $client install --registry="$url"
  check "$client has unpacked a scoped package" test -f node_modules/@acme/gamma/lib/index.js
done
[ $present = 1 ] || exit 77
command -v npm > /dev/null || exit $failures

host=${url#http:}
echo "${host}:_authToken=mock-token" > "$HOME/.npmrc"
mkdir -p "$scratch/mine" && cd "$scratch/mine" || exit 1
echo '{"name":"@mine/tool","version":"1.0.0","description":"ours"}' > package.json
echo 'module.exports = 1;' > index.js
says "npm whoami" mock npm whoami
check "npm publishes" npm publish --access public
check "npm publishes a second version" sh -c 'npm version --no-git-tag-version 1.1.0 && npm publish'
check "npm refuses to publish it twice" sh -c '! npm publish'
check "npm sets a dist-tag" npm dist-tag add @mine/tool@1.0.0 old
says "npm lists dist-tags" "old: 1.0.0" npm dist-tag ls @mine/tool
check "npm deprecates" npm deprecate @mine/tool@1.0.0 "use 1.1"
says "npm shows it" "use 1.1" npm view @mine/tool@1.0.0 deprecated
says "npm lists owners" mock npm owner ls @mine/tool
says "npm finds it" "@mine/tool" npm search tool
says "npm lists tokens" "Token mock-tok" npm token list
check "npm takes a version back" npm unpublish @mine/tool@1.1.0
says "npm sees the older one" 1.0.0 npm view @mine/tool version
project with-signatures
check "npm installs what it published" npm install @mine/tool@1.0.0
says "npm audits" "found 0 vulnerabilities" npm audit
check "npm takes the package back" npm unpublish --force @mine/tool
check "the package has gone" sh -c '! npm view @mine/tool version'
check "npm logs out" npm logout
exit $failures
