#!/usr/bin/env bash
# The Nu HTML checker, for the tests alone: 30 MB, kept out of git.
set -euo pipefail
cd "$(dirname "$0")/.."
version=26.9.27
jar=.cache/vnu-$version.jar
[ -f "$jar" ] || scripts/npm-file.sh vnu-jar@$version \
    sha512-TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA== \
    build/dist/vnu.jar "$jar"
echo "$jar"
