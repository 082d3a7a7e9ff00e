// Selection's arithmetic: from points to bytes, from bytes to rectangles.
#include "page_select.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "utf8.h"

namespace convbook::kit {
namespace {

std::string_view part_of(const Piece& piece, std::size_t byte) { return std::string_view(piece.text).substr(0, std::min(piece.text.size(), byte - piece.from)); }

/// Where in a piece a byte stands; a formula is marked as a whole.
float x_of(const Piece& piece, std::size_t byte, Language language) {
    if (byte <= piece.from) return piece.x;
    if (byte >= piece.to || piece.kind == SpanKind::formula) return piece.right();
    const auto before = part_of(piece, byte);
    float han = 0;
    for (const char32_t sign : to_utf32(before)) han += is_han_character(sign) ? 1 : 0;
    return piece.x + run_width(piece.type, before, language) + han * piece.spread;
}

bool is_word_sign(char32_t sign) { return sign >= 0x80 ? sign >= 0xC0 && !(sign >= 0x2000 && sign < 0x3040) && !(sign >= 0xFF00) : std::isalnum(static_cast<int>(sign)) || sign == U'_'; }

}  // namespace

std::size_t byte_at(const PageSheet& sheet, ImVec2 point, Language language) {
    // The nearest line: by height first, then by place (cells of a table share their height)
    const TextLine* nearest = nullptr;
    float best = INFINITY;
    for (const auto& line : sheet.lines) {
        if (line.pieces.empty() || (!line.pieces.front().span && line.pieces.front().kind == SpanKind::words)) continue;
        const float dy = std::max({line.y - point.y, 0.0f, point.y - line.y - line.height});
        const float dx = std::max({line.x + line.pieces.front().x - point.x, 0.0f, point.x - line.x - line.pieces.back().right()});
        const float distance = dy * 1000 + dx;
        if (distance < best) best = distance, nearest = &line;
    }
    if (!nearest) return 0;
    const float x = point.x - nearest->x;
    for (const auto& piece : nearest->pieces) {
        if (x >= piece.right()) continue;
        if (piece.kind == SpanKind::formula) return x < piece.x + piece.width / 2 ? piece.from : piece.to;
        if (x <= piece.x) return piece.from;
        // A live value may be drawn longer than it is copied
        return std::min(piece.to, piece.from + run_byte_at(piece.type, piece.text, language, x - piece.x, piece.spread));
    }
    return nearest->pieces.back().to;
}

std::vector<Area> stretches(const PageSheet& sheet, const PageRange& range, Language language) {
    std::vector<Area> areas;
    if (range.is_empty()) return areas;
    for (const auto& line : sheet.lines) {
        if (line.pieces.empty() || line.pieces.back().to <= range.from || line.pieces.front().from >= range.to) continue;
        float left = INFINITY, right = -INFINITY;
        for (const auto& piece : line.pieces) {
            if (piece.to <= range.from || piece.from >= range.to) continue;
            left = std::min(left, x_of(piece, range.from, language)), right = std::max(right, x_of(piece, range.to, language));
        }
        if (right > left) areas.push_back({line.x + left, line.y, right - left, line.height});
    }
    return areas;
}

PageRange word_around(std::string_view plain, std::size_t byte) {
    PageRange word{byte, byte};
    while (word.to < plain.size()) {
        std::size_t after = word.to;
        if (!is_word_sign(next_code_point(plain, after))) break;
        word.to = after;
    }
    while (word.from > 0) {
        const std::size_t before = previous_code_point(plain, word.from);
        std::size_t after = before;
        if (!is_word_sign(next_code_point(plain, after))) break;
        word.from = before;
    }
    return word;
}

PageRange find_words(const PageSheet& sheet, std::string_view words) {
    const auto is_same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b)); };
    const auto found = std::search(sheet.plain.begin(), sheet.plain.end(), words.begin(), words.end(), is_same);
    if (words.empty() || found == sheet.plain.end()) return {};
    const auto from = static_cast<std::size_t>(found - sheet.plain.begin());
    return {from, from + words.size()};
}

const TextLine* line_of(const PageSheet& sheet, std::size_t byte) {
    for (const auto& line : sheet.lines) if (!line.pieces.empty() && line.pieces.back().to > byte) return &line;
    return nullptr;
}

}  // namespace convbook::kit
