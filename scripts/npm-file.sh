#!/usr/bin/env bash
# One file of one npm package, checked against its published SHA-512 before it is kept.
#   scripts/npm-file.sh PACKAGE@VERSION sha512-… PATH/IN/PACKAGE DESTINATION
set -euo pipefail
package=$1 integrity=$2 path=$3 destination=$4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=$work/$(npm pack --silent --pack-destination "$work" "$package" 2>"$work/errors" | tail -n 1) ||
    { cat "$work/errors" >&2; exit 1; }
found=$(python3 - "$archive" <<'END'
import base64, hashlib, pathlib, sys
digest = hashlib.sha512(pathlib.Path(sys.argv[1]).read_bytes()).digest()
print("sha512-" + base64.b64encode(digest).decode())
END
)
if [ "$found" != "$integrity" ]; then
    echo "$package is not what was expected: $found" >&2
    exit 1
fi
tar -xzf "$archive" -C "$work" "package/$path"
mkdir -p "$(dirname "$destination")"
# Under its name at once or not at all: two runs may fetch at the same time.
cp "$work/package/$path" "$destination.$$"
touch "$destination.$$"
mv "$destination.$$" "$destination"
