#!/bin/sh
# symbols.sh <bin folder>: what we import from the distribution's libnode is V8's and nothing else.
set -eu
bin=$1
status=0
for file in "$bin/gyre" "$bin/libgyre_runtime.so"; do
  bad=$(nm -D --undefined-only "$file" | awk '{print $2}' | c++filt |
    grep -E '(^|[^A-Za-z0-9_])node::|^uv_|^napi_|^node_|^llhttp_' || true)
  if [ -n "$bad" ]; then
    printf '%s imports what is not V8:\n%s\n' "$file" "$bad" >&2
    status=1
  fi
done
nm -D --undefined-only "$bin/libgyre_runtime.so" | c++filt | grep -q ' v8::' || {
  echo "the runtime imports no v8:: symbol at all: this test looks at the wrong file" >&2
  status=1
}
if nm -D --undefined-only "$bin/gyre" | c++filt | grep -q ' v8::'; then
  echo "the executable itself must not need V8" >&2
  status=1
fi
exit $status
