#!/usr/bin/env bash
# Prints one table of the reports in the folder given, and below it what each has to say of its tests.
set -euo pipefail

folder=${1:?usage: gather.sh <folder>}
shopt -s nullglob
reports=("$folder"/*.md)
if ((${#reports[@]} == 0)); then
  echo 'No run got as far as a report.'
  exit
fi
{ grep --no-filename '^|' "${reports[@]}" || true; } | awk '!seen[$0]++'
for report in "${reports[@]}"; do
  rest=$(grep --invert-match '^|' "$report" | sed '/./,$!d' || true)
  [[ -z $rest ]] || printf '\n### %s\n\n%s\n' "$(basename "$report" .md)" "$rest"
done
