# Sourced: starts the registry $mock over the packages in $fixtures and sets $url. When the shell ends
# the registry does, and $scratch is removed.
"$mock" --port 0 --packages "$fixtures" > "$scratch/address" &
server=$!
trap 'kill $server; wait $server 2> /dev/null; rm -rf "$scratch"' EXIT
tries=0
until [ -s "$scratch/address" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo "the mock does not start"; exit 1; }
  sleep 0.1
done
url=$(head -n 1 "$scratch/address")
