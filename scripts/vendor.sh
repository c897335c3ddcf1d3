#!/usr/bin/env bash
# The browser's libraries, served from here. Run again after changing a version; commit the result.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/npm-file.sh htmx.org@2.0.11 \
    sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA== \
    dist/htmx.min.js static/vendor/htmx.min.js
