#!/usr/bin/python3
"""Makes the subsets in assets/fonts from Debian's font packages; run it after a text gained a Han character outside GB2312 level 1.

Leaves out everything the program does at run time: which glyphs are baked at which size is decided by viz/kit/fonts.cpp.
Needs fonts-inter fonts-noto-core fonts-noto-extra fonts-noto-cjk fonts-noto-cjk-extra fonts-jetbrains-mono fonts-dejavu-core python3-fonttools.
Usage: docs/tools/fonts/make_fonts.py [--fonts /usr/share/fonts] [--also DIR]
"""
import argparse
import pathlib

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = pathlib.Path(__file__).resolve().parents[3]

# One line per shipped face: name, file, number in the collection, features applied for good, kind of coverage
FACES = [
    ("inter-400", "Inter-Regular.otf", -1, ["tnum"], "latin"),
    ("inter-500", "Inter-Medium.otf", -1, ["tnum"], "latin"),
    ("inter-600", "Inter-SemiBold.otf", -1, ["tnum"], "latin"),
    ("inter-700", "Inter-Bold.otf", -1, ["tnum"], "latin"),
    ("noto-serif-400", "NotoSerif-Regular.ttf", -1, [], "latin"),
    ("noto-serif-400-italic", "NotoSerif-Italic.ttf", -1, [], "latin"),
    ("noto-serif-600", "NotoSerif-SemiBold.ttf", -1, [], "latin"),
    ("noto-serif-700", "NotoSerif-Bold.ttf", -1, [], "latin"),
    ("jetbrains-mono-400", "JetBrainsMono-Regular.ttf", -1, [], "latin"),
    ("jetbrains-mono-400-italic", "JetBrainsMono-Italic.ttf", -1, [], "latin"),
    ("dejavu-sans", "DejaVuSans.ttf", -1, [], "signs"),
    ("dejavu-serif", "DejaVuSerif.ttf", -1, [], "signs"),
    ("noto-sans-sc-400", "NotoSansCJK-Regular.ttc", 2, [], "han"),
    ("noto-sans-sc-500", "NotoSansCJK-Medium.ttc", 2, [], "han"),
    ("noto-sans-sc-700", "NotoSansCJK-Bold.ttc", 2, [], "han"),
    ("noto-serif-sc-400", "NotoSerifCJK-Regular.ttc", 2, [], "han"),
    ("noto-serif-sc-600", "NotoSerifCJK-SemiBold.ttc", 2, [], "han"),
]

# Every face says its size is ascent + descent; 0.86 centres capitals, figures and Han characters alike in a box of one em
ASCENT = 0.86

# In Chinese text these signs are as wide as a Han character, in English they are not; the program asks for the wide ones at U+E000 + n
WIDE_SIGNS = {0x201C: 0xE000, 0x201D: 0xE001, 0x2018: 0xE002, 0x2019: 0xE003, 0x2026: 0xE004, 0x2014: 0xE005, 0x00B7: 0xE006}

SIGN_BLOCKS = [(0x0391, 0x03C9), (0x2010, 0x2027), (0x2030, 0x2044), (0x2070, 0x209C), (0x2100, 0x214F), (0x2150, 0x215F), (0x2190, 0x21FF),
               (0x2200, 0x22FF), (0x2300, 0x2335), (0x239B, 0x23AE), (0x23CE, 0x23CF), (0x2460, 0x2473), (0x2500, 0x25FF), (0x2605, 0x2606),
               (0x2660, 0x266F), (0x2713, 0x2718), (0x27E8, 0x27EB), (0x2A00, 0x2A3F), (0x1D00, 0x1DBF), (0x0300, 0x0304)]


def gb2312_level_1():
    """The 3755 most frequent characters of simplified Chinese, in code order."""
    found = set()
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                pass  # the last row of level 1 is not full
    return found


def characters_of_the_book(also):
    """Everything the chapters, the app's own strings and the documents say."""
    found = set()
    for pattern in ("chapters/**/*", "viz/**/*", "docs/*.md", "assets/*.md", "assets/*.txt", "lib/**/*"):
        for base in [ROOT, *also]:
            for path in base.glob(pattern):
                if path.is_file() and path.suffix in (".md", ".cpp", ".h", ".txt", ".inl", ".inc"):
                    found |= {ord(sign) for sign in path.read_text(encoding="utf-8", errors="ignore")}
    return {sign for sign in found if sign >= 0x20}


def coverage(kind, book):
    """Which code points a face is asked for."""
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | {0x2009, 0x200A, 0x202F, 0x2002, 0x2003}
    signs = {code for first, last in SIGN_BLOCKS for code in range(first, last + 1)}
    if kind == "latin":
        return latin | signs | {code for code in book if code < 0x2E80}
    if kind == "signs":
        return signs | latin | {code for code in book if code < 0x2E80}
    han = gb2312_level_1() | {code for code in book if 0x2E80 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0}
    return han | set(range(0x3000, 0x3018)) | set(range(0xFF01, 0xFF5F)) | set(WIDE_SIGNS)


def apply_single_substitutions(font, features):
    """Makes the alternates of a feature the default by rewriting the character map."""
    table = font["GSUB"].table
    lookups = {index for record in table.FeatureList.FeatureRecord if record.FeatureTag in features for index in record.Feature.LookupListIndex}
    exchange = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            part = getattr(part, "ExtSubTable", part)
            exchange.update(getattr(part, "mapping", {}))
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap = {code: exchange.get(glyph, glyph) for code, glyph in cmap.cmap.items()}


def add_wide_signs(font):
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap.update({wide: cmap.cmap[code] for code, wide in WIDE_SIGNS.items() if code in cmap.cmap})


def make_face(source, number, features, codes, kind, target):
    # Read, and bake the wanted alternates in
    font = TTFont(source, fontNumber=number, lazy=False, recalcTimestamp=False)
    if features:
        apply_single_substitutions(font, features)
    if kind == "han":
        add_wide_signs(font)
        codes = codes | set(WIDE_SIGNS.values())
    # Keep the outlines and the kerning of Latin, nothing else
    options = subset.Options(hinting=False, layout_features=["kern"] if kind == "latin" else [], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
                             notdef_outline=True, legacy_kern=False, recalc_bounds=False)
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "MATH", "STAT", "DSIG", "meta", "GDEF", "HDMX", "LTSH", "VDMX"]
    worker = subset.Subsetter(options)
    worker.populate(unicodes=codes)
    worker.subset(font)
    # Make "size" mean one em, with the same baseline in every face
    units = font["head"].unitsPerEm
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = round(ASCENT * units), round(ASCENT * units) - units, 0
    font.save(target)
    print(f"{target.name:34} {len(font.getBestCmap()):6} characters {target.stat().st_size:9,} bytes")


def write_interface_characters(target, also):
    """What the app's own strings need, so that its first Chinese frame is baked in one go; newer strings are baked when they appear."""
    found = set()
    for base in [ROOT, *also]:
        for path in (base / "viz").rglob("*"):
            if path.suffix in (".cpp", ".h"):
                found |= {sign for sign in path.read_text(encoding="utf-8", errors="ignore") if ord(sign) >= 0xA0}
    target.write_text("".join(sorted(found)) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=pathlib.Path, action="append", help="where the fonts are (may be given several times)")
    parser.add_argument("--also", type=pathlib.Path, action="append", default=[], help="another tree of this project whose texts must be covered too")
    arguments = parser.parse_args()
    sources = {path.name: path for folder in arguments.fonts or [pathlib.Path("/usr/share/fonts")] for path in folder.rglob("*.?t[fc]")}
    book = characters_of_the_book(arguments.also)
    target = ROOT / "assets" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for name, file, number, features, kind in FACES:
        if file not in sources:
            raise SystemExit(f"make_fonts: {file} not found under the --fonts folders; install the packages named at the top of this file.")
        suffix = ".otf" if file.endswith(("otf", "ttc")) else ".ttf"
        make_face(sources[file], number, features, coverage(kind, book), kind, target / (name + suffix))
    write_interface_characters(target / "interface.txt", arguments.also)


if __name__ == "__main__":
    main()
