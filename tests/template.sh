#!/usr/bin/env bash
# Claim: copying chapters/_template is all it takes to add a chapter. In a copy of the project, a new folder gets its executable, its claims,
# its command, its text and its row in the README, and no other file has to change.
# usage: template.sh SOURCE_DIR WORK_DIR
set -euo pipefail
source_dir=$1 work_dir=$2 folder=99_copied_template

# A copy without builds and history, with one more chapter
rm -rf "$work_dir"
mkdir -p "$work_dir"
tar -C "$source_dir" --exclude=./build --exclude=./.git -cf - . | tar -C "$work_dir" -xf -
cp -r "$work_dir/chapters/_template" "$work_dir/chapters/$folder"
sed -i 's/template_chapter/ch99/' "$work_dir/chapters/$folder"/*.cpp "$work_dir/chapters/$folder"/*.h

# What a new chapter needs, and no more
(cd "$work_dir" && cmake --preset release -DCONVBOOK_BENCH=OFF && cmake --build --preset release --target programs test_chapters convbook_weave) >"$work_dir/build.log" 2>&1 ||
    { tail -n 40 "$work_dir/build.log"; exit 1; }
bin=$work_dir/build/release/bin

fail() { echo "template: $*"; exit 1; }
"$bin/ch$folder" --w 10 --k 3 --s 2 | grep -q "4 positions" || fail "the executable does not compute"
"$bin/convbook" chapter 99 --json | grep -q '"window.positions": 5' || fail "the program does not know the chapter"
"$bin/convbook" read 99 --lang zh | grep -q "滑动窗口" || fail "the text is not in the program"
"$bin/test_chapters" --source-file="*$folder/claims.cpp" | grep -Eq "test cases: +5 \| +5 passed" || fail "its claims do not run"
"$bin/convbook_weave" "$work_dir" >/dev/null || fail "its marks cannot be woven"
"$bin/convbook_weave" --check "$work_dir" || fail "weaving is not final"
grep -q "chapters/$folder" "$work_dir/README.md" || fail "the README's table has no row for it"
rm -rf "$work_dir"
