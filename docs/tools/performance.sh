#!/usr/bin/env bash
# Measures again what docs/performance.md shows: below every mark `<!-- run: ARGUMENTS -->` stands what the built program prints for these arguments.
# PEERS=DIR adds the tables beside ONNX Runtime (see `convbook bench --help`); without it those stay as they are. Takes five minutes, on a machine that is left alone.
# Usage: docs/tools/performance.sh [REGEX]: only the tables whose arguments match, such as '\^train'
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/build/release/bin/convbook
text=$root/docs/performance.md
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT

is_old=false
while IFS= read -r line; do
    if [[ $line == '<!-- / -->' ]]; then is_old=false; fi
    if ! $is_old; then printf '%s\n' "$line"; fi
    if [[ $line =~ ^\<!--\ run:\ (.*)\ --\>$ ]]; then
        arguments=${BASH_REMATCH[1]}
        [[ $arguments == *PEERS* && -z ${PEERS:-} ]] && continue
        [[ $arguments =~ ${1:-} ]] || continue
        is_old=true
        echo "measuring: $arguments" >&2
        printf '\n'
        pinned=; [[ $arguments == *'--threads 2'* || $arguments == *ladder* ]] || pinned='taskset -c 0'  # the CPUs of a shared machine differ; a ladder ends with two threads
        eval "$pinned \"$program\" $arguments" </dev/null
        printf '\n'
    fi
done <"$text" >"$fresh"
cp "$fresh" "$text"
