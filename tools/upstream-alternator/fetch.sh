#!/usr/bin/env bash
# Fetches ScyllaDB's own tests of Alternator, at the revision that suite.json names, into the folder given. They have a licence of
# their own, and are never committed here.
set -euo pipefail

folder=${1:?usage: fetch.sh <folder>}
suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/suite.json
field() { node -p "JSON.parse(fs.readFileSync(process.argv[1], 'utf8'))['$1']" "$suite"; }
mapfile -t paths < <(node -p "JSON.parse(fs.readFileSync(process.argv[1], 'utf8')).paths.join('\n')" "$suite")

rm -rf "$folder"
git init --quiet "$folder"
cd "$folder"
git remote add origin "${UPSTREAM_REPOSITORY:-$(field repository)}"
git sparse-checkout set --no-cone "${paths[@]/#//}"
git fetch --quiet --depth 1 --filter=blob:none origin "$(field revision)"
git checkout --quiet FETCH_HEAD
