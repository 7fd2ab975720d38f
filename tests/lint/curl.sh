#!/bin/sh
# curl.sh <libgyre_curl.so>: only functions of protocols that are never used may be missing behind it.
set -eu
library=$1
missing=$(ldd -r "$library" 2>&1 | sed -n 's/^undefined symbol: \([^[:space:]]*\).*/\1/p' |
  grep -Ev '^(ldap|ber|gss|libssh2|RTMP)_' || true)
if [ -n "$missing" ]; then
  printf 'curl: %s needs what is not there:\n%s\n' "$library" "$missing" >&2
  exit 1
fi
# Two libraries of one kind would mean that the shared libcurl came along after all.
if ldd "$library" | grep -E 'libcurl|libldap|libssh2|librtmp|libgssapi' >&2; then
  printf 'curl: %s brings along what it was made to leave out\n' "$library" >&2
  exit 1
fi
