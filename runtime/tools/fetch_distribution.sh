#!/bin/sh
# Gets Debian's libnode (V8) and llhttp packages with `apt-get download` and unpacks them into $1,
# without root and without touching what is installed. Writes $1/.complete last.
set -eu
target=$1
work="$target.partial"
rm -rf "$work"
mkdir -p "$work/deb" "$work/root"
cd "$work/deb"
runtime_package=$(apt-cache depends libnode-dev | sed -n 's/.*Depends: \(libnode[0-9][0-9]*\)$/\1/p' | head -n 1)
if [ -z "$runtime_package" ]; then
  echo "fetch_distribution: no libnode-dev in the package lists; run apt-get update" >&2
  exit 1
fi
apt-get -q download libnode-dev "$runtime_package" node-llhttp >&2
for package in *.deb; do dpkg-deb -x "$package" "$work/root"; done
rm -rf "$target"
mkdir -p "$(dirname "$target")"
mv "$work/root" "$target"
rm -rf "$work"
touch "$target/.complete"
