#!/usr/bin/env bash
# Makes the README's pictures with the built program: one per chapter, one per network, and a short moving tour.
# An authoring tool: needs ImageMagick for the moving picture; what it makes is committed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/build/release/bin/convbook
pictures=$root/assets/pictures
frames=$(mktemp -d)
trap 'rm -rf "$frames"' EXIT
mkdir -p "$pictures"

# One picture of each chapter in its first state
for folder in "$root"/chapters/[0-9][0-9]_*/; do
    number=$(basename "$folder" | cut -c 1-2)
    "$program" shot "$number" --size 1600x1000 --out "$pictures/$number.png"
done
"$program" shot contents --size 1600x1000 --out "$pictures/contents.png"
"$program" shot 'net/mobilenet_v2?photo=coffee' --size 1600x1000 --out "$pictures/network.png"

# The tour: chapter 07 while the number of filters and the window change, then back to its first state
frame=0
for state in cout=4 cout=8 cout=16 cout=32 cout=64 cout=128 'cout=128&k=5' 'cout=128&k=7' 'cout=64&k=7' 'cout=32&k=5' 'cout=32&k=3'; do
    "$program" shot "07?$state" --size 1280x800 --out "$frames/$(printf '%02d' $frame).png"
    frame=$((frame + 1))
done
convert -delay 70 "$frames"/*.png -resize 1000x +dither -colors 128 -layers OptimizePlus -loop 0 "$pictures/tour.gif"
ls -l "$pictures"
