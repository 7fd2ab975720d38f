#!/bin/sh
# run.sh <folder of gyre> [distribution]: an addon is compiled by the real node-gyp, run by gyre: when
# approved, by ci, by rebuild, and what a failing compiler says is shown. Ends with 77 (skipped) where
# compiler, make, Python, Node's headers or a node-gyp (its own package, or npm's) are not here.
bin=$1
distribution=$2
packages=$(cd "$(dirname "$0")" && pwd)/packages

missing() {
  echo "skipped: there is no $1"
  exit 77
}

for tool in cc c++ make python3; do
  command -v $tool > /dev/null || missing $tool
done
nodedir=
for prefix in "$distribution/usr" /usr /usr/local; do
  [ -z "$nodedir" ] && [ -f "$prefix/include/node/node_api.h" ] && nodedir=$prefix
done
[ -n "$nodedir" ] || missing node_api.h
gyp=$(command -v node-gyp || { command -v npm > /dev/null &&
  echo "$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js"; })
[ -f "$gyp" ] || missing node-gyp
gyp=$(readlink -f "$gyp")

scratch=$(mktemp -d) || exit 1
mock=$bin/gyre-registry-mock
fixtures=$packages
. "$(dirname "$0")/../../support/start_mock.sh"
HOME=$scratch/home
XDG_CACHE_HOME=$scratch/cache
PATH=$bin:$PATH
npm_config_registry=$url
npm_config_nodedir=$nodedir
npm_config_node_gyp=$gyp
export HOME XDG_CACHE_HOME PATH npm_config_registry npm_config_nodedir npm_config_node_gyp
mkdir -p "$HOME" "$scratch/project" && cd "$scratch/project" || exit 1
echo '{"name":"app","version":"1.0.0","dependencies":{"addon":"1.0.0"}}' > package.json
addon=node_modules/addon/build/Release/addon.node
failures=0

fail() {
  echo "FAIL  $1"
  sed 's/^/      /' output
  failures=$((failures + 1))
}

built() { # built <what>: the command before has made the addon, and it is one
  if [ -f $addon ] && grep -q napi_register_module_v1 $addon; then
    echo "ok    $1"
  else
    fail "$1"
  fi
}

gyre install > output 2>&1
[ ! -e $addon ] && grep -q "were not run: addon@1.0.0\|was not run: addon@1.0.0" output ||
  fail "nothing is built before it is allowed"
gyre approve addon > output 2>&1
built "approve builds"
rm -rf node_modules && gyre ci > output 2>&1
built "ci builds what is allowed"
rm -rf node_modules/addon/build && gyre rebuild > output 2>&1
built "rebuild builds"
if command -v node > /dev/null && [ "$(node -p process.release.name)" = node ]; then
  [ "$(node -p 'require("addon").answer()' 2> output)" = 42 ] || fail "node loads what was built"
fi

gyre add broken@1.0.0 > output 2>&1
if gyre approve broken > output 2>&1; then fail "a failing compiler fails the command"; fi
grep -q "^error ELIFECYCLE: broken@1.0.0: the install script exited with status 1" output ||
  fail "the failure names package and script"
grep -q "this cannot be compiled" output || fail "what the compiler said is shown"
[ "$(grep -c "^gyp\|^make\|broken.c" output)" -le 40 ] || fail "no more than 40 lines are shown"
exit $failures
