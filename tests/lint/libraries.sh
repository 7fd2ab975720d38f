#!/bin/sh
# libraries.sh <gyre>: what is loaded at every start. Each shared object costs a command that finds
# everything in place more than its own work; what only some commands need they load themselves
# (pkg/shared_library.hpp).
set -eu
needed=$(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
status=0
for library in $needed; do
  case $library in
    libc.so.* | libm.so.* | libgcc_s.so.* | libstdc++.so.* | libsimdjson.so.* | ld-linux-*) ;;
    libz.so.* | libdeflate.so.*) ;; # where there is no archive of them
    *)
      printf '%s is loaded at every start of gyre\n' "$library" >&2
      status=1
      ;;
  esac
done
[ -n "$needed" ] || { echo "no library is needed: this test looks at the wrong file" >&2; status=1; }
exit $status
