#!/usr/bin/env bash
# The browser's libraries, served from here. Run again after changing a version; commit the result.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/npm-file.sh htmx.org@2.0.11 \
    sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA== \
    dist/htmx.min.js static/vendor/htmx.min.js

leaflet=leaflet@1.9.4
leaflet_sum=sha512-nxS1ynzJOmOlHp+iL3FyWqK89GtNL8U8rvlMOsQdTTssxZwCXh8N2NB3GDQOL+YR3XnWyZAxwQixURb+FA74PA==
scripts/npm-file.sh $leaflet $leaflet_sum dist/leaflet.js static/vendor/leaflet.js
scripts/npm-file.sh $leaflet $leaflet_sum dist/leaflet.css static/vendor/leaflet.css
scripts/npm-file.sh $leaflet $leaflet_sum LICENSE static/vendor/leaflet.LICENSE.txt

clusters=leaflet.markercluster@1.5.3
clusters_sum=sha512-vPTw/Bndq7eQHjLBVlWpnGeLa3t+3zGiuM7fJwCkiMFq+nmRuG3RI3f7f4N4TDX7T4NpbAXpR2+NTRSEGfCSeA==
scripts/npm-file.sh $clusters $clusters_sum dist/leaflet.markercluster.js static/vendor/leaflet.markercluster.js
scripts/npm-file.sh $clusters $clusters_sum MIT-LICENCE.txt static/vendor/leaflet.markercluster.LICENSE.txt

sockets=socket.io-client@4.8.3
sockets_sum=sha512-uP0bpjWrjQmUt5DTHq9RuoCBdFJF10cdX9X+a368j/Ft0wmaVgxlrjvK3kjvgCODOMMOz9lcaRzxmso0bTWZ/g==
scripts/npm-file.sh $sockets $sockets_sum dist/socket.io.esm.min.js static/vendor/socket.io.esm.min.js
scripts/npm-file.sh $sockets $sockets_sum LICENSE static/vendor/socket.io.LICENSE.txt
