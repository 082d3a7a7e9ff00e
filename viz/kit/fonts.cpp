// Faces of every use of type: which files, at which size, with which characters baked. Han characters are baked only for the roles that
// met one, so that an English reader starts fast. Leaves out drawing (paint.h) and the making of the files (docs/tools/fonts).
#include "fonts.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <stb_truetype.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "convbook/embedded.h"
#include "convbook/error.h"
#include "compat.h"
#include "theme.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

constexpr int kTypes = static_cast<int>(Type::count);

/// Which characters a role meets in print: digits and Latin always; Han of headings, of the text, or of the interface. What else it meets is baked then; roles for numbers get few, so
/// that the atlas holds all roles at twice the size.
enum class Han { headings, text, interface };
struct Look { const char* latin; const char* han; const char* signs; float size, line, chinese_line; Han words; };

// The look's table, in the order of Type; sizes in logical pixels per em
constexpr const char *kSerif = "noto-serif-400.ttf", *kItalic = "noto-serif-400-italic.ttf", *kSerifBold = "noto-serif-600.ttf", *kTitle = "noto-serif-700.ttf";
constexpr const char *kInter = "inter-400.otf", *kInterMedium = "inter-500.otf", *kInterStrong = "inter-600.otf", *kInterBold = "inter-700.otf";
constexpr const char *kSong = "noto-serif-sc-400.otf", *kSongBold = "noto-serif-sc-600.otf";
constexpr const char *kHei = "noto-sans-sc-400.otf", *kHeiMedium = "noto-sans-sc-500.otf", *kHeiBold = "noto-sans-sc-700.otf";
constexpr const char *kMono = "jetbrains-mono-400.ttf", *kMonoItalic = "jetbrains-mono-400-italic.ttf";
constexpr const char *kSigns = "dejavu-sans.ttf", *kSerifSigns = "dejavu-serif.ttf";
constexpr std::array<Look, kTypes> kLooks{{
    /* book_title          */ {kTitle, kSongBold, kSerifSigns, 46, 54, 54, Han::headings},
    /* chapter_title       */ {kTitle, kSongBold, kSerifSigns, 33, 40, 40, Han::headings},
    /* chapter_title_small */ {kTitle, kSongBold, kSerifSigns, 28, 34, 34, Han::headings},
    /* question            */ {kItalic, kSong, kSerifSigns, 20, 29, 29, Han::headings},
    /* question_small      */ {kItalic, kSong, kSerifSigns, 18, 26, 26, Han::headings},
    /* heading             */ {kTitle, kSongBold, kSerifSigns, 21, 28, 28, Han::headings},
    /* body                */ {kSerif, kSong, kSerifSigns, 17, 26, 30, Han::text},
    /* body_small          */ {kSerif, kSong, kSerifSigns, 16, 25, 28, Han::text},
    /* body_italic         */ {kItalic, kSong, kSerifSigns, 17, 26, 30, Han::text},
    /* body_bold           */ {kSerifBold, kSongBold, kSerifSigns, 17, 26, 30, Han::text},
    /* note                */ {kSerif, kSong, kSerifSigns, 16, 25, 28, Han::text},
    /* figure_question     */ {kInterStrong, kHeiBold, kSigns, 16, 22, 24, Han::interface},
    /* label               */ {kInterMedium, kHei, kSigns, 13, 18, 20, Han::interface},
    /* label_strong        */ {kInterStrong, kHeiBold, kSigns, 13, 18, 20, Han::interface},
    /* table               */ {kInter, kHei, kSigns, 14, 20, 22, Han::interface},
    /* table_strong        */ {kInterStrong, kHeiBold, kSigns, 14, 20, 22, Han::interface},
    /* caption             */ {kInter, kHei, kSigns, 12, 16, 16, Han::interface},
    /* part                */ {kInter, kHei, kSigns, 11, 16, 16, Han::interface},
    /* cell                */ {kInter, kHei, kSigns, 13, 18, 18, Han::headings},
    /* cell_medium         */ {kInterMedium, kHeiMedium, kSigns, 13, 18, 18, Han::headings},
    /* cell_strong         */ {kInterStrong, kHeiBold, kSigns, 13, 18, 18, Han::headings},
    /* cell_small          */ {kInter, kHei, kSigns, 12, 16, 16, Han::headings},
    /* answer              */ {kInterStrong, kHeiBold, kSigns, 17, 22, 24, Han::headings},
    /* ratio               */ {kInterBold, kHeiBold, kSigns, 30, 36, 36, Han::headings},
    /* code                */ {kMono, kHei, kSigns, 13, 21, 21, Han::interface},
    /* body_small_italic   */ {kItalic, kSong, kSerifSigns, 16, 25, 28, Han::text},
    /* body_small_bold     */ {kSerifBold, kSongBold, kSerifSigns, 16, 25, 28, Han::text},
    /* code_italic         */ {kMonoItalic, kHei, kSigns, 13, 21, 21, Han::interface},
    /* code_in_text        */ {kMono, kHei, kSigns, 15, 26, 30, Han::headings},
    /* lead                */ {kSerif, kSong, kSerifSigns, 20, 29, 32, Han::interface},
}};

struct Face {
    std::span<const unsigned char> bytes;
    stbtt_fontinfo info{};
    std::vector<float> kerning;   ///< pairs of ASCII, in em; NaN until first asked for, because looking all of them up takes a tenth of a second
};

/// A shipped face by file name, opened once.
Face& face(const char* file) {
    static std::map<std::string, std::unique_ptr<Face>, std::less<>> faces;
    auto& slot = faces[file];
    if (slot) return *slot;
    for (const auto& asset : embedded::assets()) {
        if (asset.path != std::string("fonts/") + file) continue;
        auto opened = std::make_unique<Face>();
        opened->bytes = asset.bytes;
        CONVBOOK_REQUIRE(stbtt_InitFont(&opened->info, asset.bytes.data(), 0), "fonts: assets/fonts/", file, " is no font. Make it again with docs/tools/fonts/make_fonts.py.");
        slot = std::move(opened);
        return *slot;
    }
    throw Error(std::string("fonts: assets/fonts/") + file + " was not built into the program. Make it with docs/tools/fonts/make_fonts.py and build again.");
}

bool has_glyph(const char* file, char32_t sign) { return stbtt_FindGlyphIndex(&face(file).info, static_cast<int>(sign)) != 0; }
bool is_han(char32_t sign) { return (sign >= 0x2E80 && sign < 0xA000) || (sign >= 0xFF00 && sign < 0xFFF0) || (sign >= 0xE000 && sign < 0xE010); }
bool is_invisible(char32_t sign) { return sign < 0x20 || sign == 0x200B || sign == 0xFEFF || sign == 0x7F; }

// ---- Which characters are shipped ------------------------------------------------------------------------------------------------
struct Shipped { std::set<char32_t> headings, text, interface, signs; };

void collect(std::string_view words, std::set<char32_t>& han, std::set<char32_t>& signs) {
    for (const char32_t sign : to_utf32(words)) {
        if (is_han(sign)) han.insert(sign);
        else if (!is_invisible(sign)) signs.insert(sign);
    }
}

/// A chapter's text: headings and the emphasised question apart from the rest.
void collect_chapter(std::string_view rest, Shipped& shipped) {
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        collect(line, line.starts_with('#') || line.starts_with('*') ? shipped.headings : shipped.text, shipped.signs);
    }
}

/// Reads every embedded text once: chapters, the strings of their figures, and the list of the interface's own characters.
Shipped collect_shipped() {
    Shipped shipped;
    for (const auto& file : embedded::book()) {
        if (file.path.ends_with(".md")) collect_chapter(file.text(), shipped);
        else if (file.path.starts_with("chapters/")) collect(file.text(), shipped.interface, shipped.signs);
    }
    for (const auto& file : embedded::assets())
        if (file.path == "fonts/interface.txt") collect(file.text(), shipped.interface, shipped.signs);
    shipped.text.insert(shipped.headings.begin(), shipped.headings.end());
    shipped.interface.insert(shipped.headings.begin(), shipped.headings.end());
    for (char32_t wide = 0xE000; wide < 0xE007; ++wide) shipped.headings.insert(wide), shipped.text.insert(wide);
    return shipped;
}
const Shipped& shipped() {
    static const Shipped all = collect_shipped();
    return all;
}

// ---- The atlas -------------------------------------------------------------------------------------------------------------------
struct Baked {
    ImFont* font = nullptr;
    bool wants_han = false;              ///< met a Han character: its whole set is baked next time
    std::set<char32_t> met;              ///< met outside the shipped texts (typed, file names)
    std::vector<ImWchar> ranges;
};
struct Atlas {
    std::array<Baked, kTypes> baked;
    float scale = 0;
    unsigned version = 0;
    bool is_stale = true;
};
Atlas& atlas() {
    static Atlas one;
    return one;
}
const Look& look(Type type) { return kLooks[static_cast<std::size_t>(type)]; }
Baked& baked(Type type) { return atlas().baked[static_cast<std::size_t>(type)]; }

std::vector<ImWchar> to_ranges(const std::set<char32_t>& signs) {
    std::vector<ImWchar> ranges;
    for (const char32_t sign : signs) {
        if (sign > 0xFFFF) continue;
        const auto code = static_cast<ImWchar>(sign);
        if (!ranges.empty() && ranges.back() + 1 == code) ranges.back() = code;
        else ranges.insert(ranges.end(), {code, code});
    }
    ranges.push_back(0);
    return ranges;
}

std::set<char32_t> characters_to_bake(Type type) {
    const Baked& entry = baked(type);
    std::set<char32_t> signs = entry.met;
    for (char32_t sign = 0x20; sign < 0x100; ++sign) if (sign < 0x7F || sign >= 0xA0) signs.insert(sign);
    signs.insert(shipped().signs.begin(), shipped().signs.end());
    for (const char32_t sign : U"\u2009\u202F\u2212\u00D7\u2026\u2013\u2014\u2018\u2019\u201C\u201D\u2192\u2190\u2191\u2193") if (sign) signs.insert(sign);
    if (entry.wants_han) {
        const auto& han = look(type).words == Han::headings ? shipped().headings : look(type).words == Han::text ? shipped().text : shipped().interface;
        signs.insert(han.begin(), han.end());
    }
    return signs;
}

void add_face(ImFontAtlas& fonts, const char* file, float size, bool is_merged, const ImWchar* ranges) {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.MergeMode = is_merged;
    config.OversampleH = size > 40 ? 1 : 2;
    config.OversampleV = 1;
    config.PixelSnapH = false;
    config.GlyphRanges = ranges;
    if (file == kTitle) compat::set_tracking(config, -0.01f * size);   // large letters look set too wide otherwise
    const auto bytes = face(file).bytes;
    fonts.AddFontFromMemoryTTF(const_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), size, &config);
}

/// Before its first frame the renderer makes the texture itself; afterwards the new one replaces the old.
void replace_texture() {
#if IMGUI_VERSION_NUM < 19200   // newer ones upload changes themselves
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

float scale_now() { return ui().text_scale * ui().pixel_scale; }

/// Remembers a character that was asked for but not baked; true if the shipped faces can show it.
bool request(Type type, char32_t sign) {
    if (!has_glyph(look(type).latin, sign) && !has_glyph(look(type).han, sign) && !has_glyph(look(type).signs, sign)) return false;
    Baked& entry = baked(type);
    if (is_han(sign)) entry.wants_han = true;
    if (entry.met.insert(sign).second) atlas().is_stale = true;
    return true;
}

}  // namespace

void build_fonts() {
    // Start from nothing: ImGui bakes an atlas as a whole
    ImFontAtlas& fonts = *ImGui::GetIO().Fonts;
    Atlas& all = atlas();
    all.scale = scale_now();
    const bool has_texture = compat::begin_atlas(fonts, all.scale > 1.6f ? 4096 : 2048);
    // One font a role: Latin first, then Han, then the signs that neither has
    for (int index = 0; index < kTypes; ++index) {
        Baked& entry = all.baked[static_cast<std::size_t>(index)];
        const Look& entry_look = kLooks[static_cast<std::size_t>(index)];
        entry.ranges = to_ranges(characters_to_bake(static_cast<Type>(index)));
        const float size = entry_look.size * all.scale;
        add_face(fonts, entry_look.latin, size, false, entry.ranges.data());
        entry.font = fonts.Fonts.back();
        if (entry.wants_han) add_face(fonts, entry_look.han, size, true, entry.ranges.data());
        add_face(fonts, entry_look.signs, size, true, entry.ranges.data());
    }
    ImGui::GetIO().FontDefault = all.baked[static_cast<std::size_t>(Type::label)].font;
    CONVBOOK_REQUIRE(compat::finish_atlas(fonts), "fonts: the atlas could not be built at scale ", all.scale, ". Choose a smaller text scale.");
    all.is_stale = false;
    ++all.version;
    if (has_texture) replace_texture();
}

bool fonts_are_stale() { return atlas().is_stale || atlas().scale != scale_now(); }
unsigned fonts_version() { return atlas().version; }

ImFont* font(Type type) { return baked(type).font; }
float font_size(Type type) { return look(type).size * scale_now(); }
float line_height(Type type) { return px(ui().language == Language::zh ? look(type).chinese_line : look(type).line); }

float leading_above(Type type) { return std::round((line_height(type) - font_size(type)) / 2); }
float ascent(Type type) { return leading_above(type) + std::round(compat::font_ascent(font(type), font_size(type))); }

void request_glyphs(Type type, std::string_view text) {
    ImFont* face = font(type);
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) { ++at; continue; }
        const char32_t sign = next_code_point(text, at);
        if (sign <= 0xFFFF && !is_invisible(sign) && !compat::is_baked(face, sign)) request(type, sign);
    }
}

float text_width(Type type, std::string_view text) {
    request_glyphs(type, text);
    ImFont* face = font(type);
    const float size = font_size(type);
    float width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t sign = next_code_point(text, at);
        width += compat::advance(face, size, sign <= 0xFFFF ? sign : 0xFFFD);
    }
    return width;
}

float kerning(Type type, char32_t before, char32_t after) {
    constexpr char32_t first = 0x21, last = 0x7E, count = last - first + 1;
    if (before < first || before > last || after < first || after > last || look(type).latin == kMono) return 0;
    Face& one = face(look(type).latin);
    if (one.kerning.empty()) one.kerning.assign(count * count, NAN);
    float& pair = one.kerning[(before - first) * count + (after - first)];
    if (std::isnan(pair)) {
        const int units = stbtt_GetCodepointKernAdvance(&one.info, static_cast<int>(before), static_cast<int>(after));
        pair = stbtt_ScaleForMappingEmToPixels(&one.info, 1) * static_cast<float>(units);
    }
    return pair * font_size(type);
}

std::u32string missing_glyphs(Type type, std::string_view text) {
    std::u32string missing;
    for (const char32_t sign : to_utf32(text)) {
        if (is_invisible(sign) || missing.find(sign) != std::u32string::npos) continue;
        const bool is_shown = sign <= 0xFFFF && (has_glyph(look(type).latin, sign) || has_glyph(look(type).han, sign) || has_glyph(look(type).signs, sign));
        if (!is_shown) missing.push_back(sign);
    }
    return missing;
}

}  // namespace convbook::kit
