#!/usr/bin/env bash
# Builds ScyllaDB's load-balancing client from its repository, and installs it beside the dependencies.
set -euo pipefail

root=$PWD
folder=$(mktemp -d)
git clone --quiet --depth 1 https://github.com/scylladb/alternator-client-javascript.git "$folder"
cd "$folder"
npm ci --no-audit --no-fund
npm run build
tarball=$folder/$(npm pack --silent)
cd "$root"
npm install --no-save --no-audit --no-fund "$tarball"
