#!/usr/bin/env bash
# Fetches ScyllaDB's own tests of Alternator into the folder given: those of the version given, at the revision that suite.json
# names, or the newest ones that it names. They have a licence of their own, and are never committed here.
set -euo pipefail

folder=${1:?usage: fetch.sh <folder> [<version>]}
suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/suite.json
ask() { node -p "const suite = JSON.parse(fs.readFileSync(process.argv[1], 'utf8')); $1" "$suite" "${@:2}"; }
repository=$(ask suite.repository)
revision=$(ask '(suite.suites.find((one) => one.version === process.argv[2]) ?? suite.suites.at(-1)).revision' "${2:-}")
mapfile -t paths < <(ask "suite.paths.join('\n')")

rm -rf "$folder"
git init --quiet "$folder"
cd "$folder"
git remote add origin "${UPSTREAM_REPOSITORY:-$repository}"
git sparse-checkout set --no-cone "${paths[@]/#//}"
git fetch --quiet --depth 1 --filter=blob:none origin "$revision"
git checkout --quiet FETCH_HEAD
