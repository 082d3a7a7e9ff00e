// Breaks spans into lines. First the text is cut into chunks that stay whole (a word, a Han character, a formula), each knowing the gap
// before it and whether a line may end there; then chunks are filled into lines from the left.
#include "text_layout.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formula.h"
#include "utf8.h"

namespace convbook::kit {
namespace {

bool is_in(std::u32string_view set, char32_t sign) { return set.find(sign) != std::u32string_view::npos; }
bool is_closing(char32_t sign) { return is_in(U"，。；：？！）」』》】、”’…—·％%,.;:?!)]}", sign); }
bool is_opening(char32_t sign) { return is_in(U"（「『《【“‘([{", sign); }
bool is_full_width_sign(char32_t sign) { return is_in(U"，。；：？！（）「」『』《》【】、“”‘’…—", sign); }
/// Counters and 时 stay with the number or formula before them.
bool is_counter(char32_t sign) { return is_in(U"时个次倍行列层步项种条幅维章节组份位张块格点像", sign); }
bool is_lone_operator(std::string_view word) {
    for (const std::string_view sign : {"×", "=", "≈", "−", "+", "·", "÷", "→", "≤", "≥", "/", "<", ">"}) if (word == sign) return true;
    return false;
}

bool is_unit(std::string_view word) {
    const auto bare = word.substr(0, std::min(word.find_first_of(".,;:)!?"), word.size()));
    for (const std::string_view unit : {"MB", "kB", "GB", "KiB", "MiB", "ms", "ns", "M", "K", "G", "px", "MACs", "GFLOP/s", "GB/s"}) if (bare == unit) return true;
    return false;
}
bool ends_with_digit(std::string_view word) { return !word.empty() && word.back() >= '0' && word.back() <= '9'; }
/// A short link is one thing to point at: "stride 3".
bool is_short_link(const Span* a, const Span* b) { return a && a == b && !a->link.empty() && a->text.size() <= 14; }

enum class ChunkKind { latin, han, formula };
struct Chunk {
    ChunkKind kind = ChunkKind::latin;
    Piece piece;
    char32_t first = 0, last = 0;
    float gap = 0;                 ///< before it, unless it begins a line
    bool may_break = false;        ///< whether a line may end before it
    bool is_forced = false;        ///< a line must end before it
    float ascent = 0, descent = 0;
};

/// Cuts spans into chunks.
class Cutter {
public:
    Cutter(const Faces& faces, float measure, Language language, const LiveText& live) : faces_(faces), measure_(measure), language_(language), live_(live), space_(run_width(faces.regular, " ", language)) {}

    void take(const Span& span) {
        if (span.kind == SpanKind::line_break) { span.text == "\n" ? is_forced_ = true : is_blank_ = true; return; }
        if (span.kind == SpanKind::formula) { take_formula(span); return; }
        const auto live = live_.value && !span.value.empty() && span.state.empty() ? live_.value(span.value) : std::string();
        take_words(span, live.empty() ? span.text : live);
    }
    std::vector<Chunk> chunks;
    std::string plain;

private:
    Type type_of(const Span& span) const {
        if (span.kind == SpanKind::code) return faces_.code;
        if (span.is_bold || (span.is_italic && language_ == Language::zh && has_dots(span) == false)) return faces_.bold;
        return span.is_italic && language_ != Language::zh ? faces_.italic : faces_.regular;
    }
    /// Chinese emphasis: dots under a few characters, bold for a whole sentence.
    bool has_dots(const Span& span) const { return language_ == Language::zh && span.is_italic && !span.is_bold && terminal_width(span.text) <= 16; }

    void take_formula(const Span& span) {
        Chunk chunk;
        chunk.kind = ChunkKind::formula;
        chunk.piece.span = &span, chunk.piece.kind = SpanKind::formula, chunk.piece.text = span.text;
        chunk.piece.em = inline_formula_em(font_size(faces_.regular));
        auto size = measure_formula(span.text, chunk.piece.em, false, live_.slot);
        if (size.width > measure_) chunk.piece.em *= measure_ / size.width, size = measure_formula(span.text, chunk.piece.em, false, live_.slot);
        chunk.piece.width = size.width, chunk.ascent = size.ascent, chunk.descent = size.descent;
        chunk.first = chunk.last = U'x';
        push(std::move(chunk), plain_formula(span.text, live_.value));
    }

    void take_words(const Span& span, std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t from = at;
            const char32_t sign = next_code_point(text, at);
            if (sign == U' ' || sign == U'\n' || sign == U'\t') { is_blank_ = true; continue; }
            const bool is_han = is_han_character(sign) || (language_ == Language::zh && is_full_width_sign(sign));
            char32_t last = sign;
            // A word goes on to the next blank, Han character or hyphen between letters
            while (!is_han && at < text.size()) {
                std::size_t after = at;
                const char32_t next = next_code_point(text, after);
                if (next == U' ' || next == U'\n' || is_han_character(next) || (language_ == Language::zh && is_full_width_sign(next))) break;
                if (last == U'-' && at - from > 2 && std::isalpha(static_cast<int>(next & 0x7F)) && next < 0x80) break;
                last = next, at = after;
            }
            Chunk chunk;
            chunk.kind = is_han ? ChunkKind::han : ChunkKind::latin;
            chunk.piece.span = &span, chunk.piece.kind = span.kind, chunk.piece.type = type_of(span), chunk.piece.has_dots = has_dots(span);
            chunk.piece.text = text.substr(from, at - from), chunk.first = sign, chunk.last = last;
            chunk.piece.width = run_width(chunk.piece.type, chunk.piece.text, language_);
            push(std::move(chunk), std::string(text.substr(from, at - from)));
        }
    }

    void push(Chunk chunk, const std::string& copy) {
        if (!chunks.empty()) join(chunks.back(), chunk);
        chunk.is_forced = std::exchange(is_forced_, false);
        if (chunk.is_forced) plain += '\n';
        else if (is_blank_ && !chunks.empty() && !(chunks.back().kind == ChunkKind::han && chunk.kind == ChunkKind::han)) plain += ' ';
        is_blank_ = false;
        chunk.piece.from = plain.size();
        plain += copy;
        chunk.piece.to = plain.size();
        chunks.push_back(std::move(chunk));
    }

    /// The gap between two neighbours, and whether a line may end there.
    void join(const Chunk& before, Chunk& chunk) const {
        const bool has_han = before.kind == ChunkKind::han || chunk.kind == ChunkKind::han;
        if (!has_han) {
            chunk.gap = is_blank_ ? space_ : 0;
            const bool is_glued = is_lone_operator(before.piece.text) || is_lone_operator(chunk.piece.text) || chunk.first == U'%' ||
                                  (ends_with_digit(before.piece.text) && is_unit(chunk.piece.text)) || is_short_link(before.piece.span, chunk.piece.span);
            chunk.may_break = (is_blank_ && !is_glued) || (!is_blank_ && before.last == U'-' && before.kind == ChunkKind::latin && before.piece.text.size() > 2);
            return;
        }
        const bool is_mixed = before.kind != chunk.kind && !is_full_width_sign(before.last) && !is_full_width_sign(chunk.first) && !is_closing(chunk.first) && !is_opening(before.last);
        chunk.gap = is_mixed ? font_size(faces_.regular) / 4 : 0;
        const bool is_number = before.kind == ChunkKind::formula || std::isdigit(static_cast<int>(before.last < 0x80 ? before.last : 0));
        chunk.may_break = !is_closing(chunk.first) && !is_opening(before.last) && !(is_number && is_counter(chunk.first));
    }

    const Faces& faces_;
    float measure_;
    Language language_;
    const LiveText& live_;
    float space_;
    bool is_blank_ = false, is_forced_ = false;
};

/// Fills chunks into lines.
class Filler {
public:
    Filler(const Faces& faces, float measure, Paragraph& paragraph) : faces_(faces), measure_(measure), paragraph_(paragraph) {}

    void run(std::vector<Chunk>& chunks) {
        for (std::size_t first = 0; first < chunks.size();) {
            const std::size_t end = find_end(chunks, first);
            set_line(chunks, first, end, end == chunks.size() || chunks[end].is_forced);
            first = end;
        }
    }

private:
    /// Where the line that begins at `first` ends: before the last allowed break that fits.
    std::size_t find_end(const std::vector<Chunk>& chunks, std::size_t first) const {
        float width = 0;
        std::size_t last_break = first;
        for (std::size_t index = first; index < chunks.size(); ++index) {
            if (index > first && chunks[index].is_forced) return index;
            if (index > first && chunks[index].may_break) last_break = index;
            width += (index > first ? chunks[index].gap : 0) + chunks[index].piece.width;
            // Where no rule allows an end, a line still ends before it would leave the page
            if (width > measure_ + 0.5f && index > first) return last_break > first ? last_break : index;
        }
        return chunks.size();
    }

    void set_line(std::vector<Chunk>& chunks, std::size_t first, std::size_t end, bool is_last) {
        // How much every Han character may give to fill the line
        float width = 0;
        int han = 0;
        for (std::size_t index = first; index < end; ++index) {
            width += (index > first ? chunks[index].gap : 0) + chunks[index].piece.width;
            han += chunks[index].kind == ChunkKind::han && index + 1 < end ? 1 : 0;
        }
        const float needed = han > 0 ? (measure_ - width) / static_cast<float>(han) : 0;
        const float spread = !is_last && needed > 0 && needed <= 0.08f * font_size(faces_.regular) ? needed : 0;
        // Place, joining neighbours of one style
        TextLine line;
        float pen = 0, up = ascent(faces_.regular), down = line_height(faces_.regular) - ascent(faces_.regular);
        for (std::size_t index = first; index < end; ++index) {
            Chunk& chunk = chunks[index];
            if (index > first) pen += chunk.gap;
            up = std::max(up, chunk.ascent + px(3)), down = std::max(down, chunk.descent + px(3));
            const float given = chunk.kind == ChunkKind::han && index + 1 < end ? spread : 0, natural = chunk.piece.width;
            add(line, chunk, pen, given);
            pen += natural + given;
        }
        paragraph_.width = std::max(paragraph_.width, pen);
        line.y = paragraph_.height, line.height = up + down, line.baseline = paragraph_.height + up;
        paragraph_.height += line.height;
        paragraph_.lines.push_back(std::move(line));
    }

    static void add(TextLine& line, Chunk& chunk, float pen, float spread) {
        Piece& piece = chunk.piece;
        piece.x = pen, piece.spread = spread;
        if (chunk.kind == ChunkKind::han && !line.pieces.empty()) {
            Piece& last = line.pieces.back();
            const bool is_joined = last.kind == SpanKind::words && last.span == piece.span && last.to == piece.from && std::abs(last.right() - pen) < 0.01f && last.spread == spread &&
                                   is_han_character(to_utf32(last.text).back());
            if (is_joined) { last.text += piece.text, last.to = piece.to, last.width = pen + piece.width + spread - last.x; return; }
        }
        if (chunk.kind == ChunkKind::han) piece.width += spread;
        line.pieces.push_back(std::move(piece));
    }

    const Faces& faces_;
    float measure_;
    Paragraph& paragraph_;
};

/// A word wider than the line is cut where the line ends.
void cut_long_words(std::vector<Chunk>& chunks, float measure, Language language) {
    for (std::size_t index = 0; index < chunks.size(); ++index) {
        Chunk& chunk = chunks[index];
        if (chunk.kind != ChunkKind::latin || chunk.piece.width <= measure) continue;
        std::size_t at = run_byte_at(chunk.piece.type, chunk.piece.text, language, measure - font_size(chunk.piece.type));
        if (at == 0 || at >= chunk.piece.text.size()) continue;
        Chunk rest = chunk;
        rest.piece.text = chunk.piece.text.substr(at), rest.piece.from = chunk.piece.from + at, rest.gap = 0, rest.may_break = true, rest.is_forced = false;
        chunk.piece.text.resize(at), chunk.piece.to = chunk.piece.from + at;
        for (Piece* piece : {&chunk.piece, &rest.piece}) piece->width = run_width(piece->type, piece->text, language);
        chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(rest));
    }
}

}  // namespace

Paragraph set_paragraph(const std::vector<Span>& spans, const Faces& faces, float measure, Language language, const LiveText& live) {
    Cutter cutter(faces, measure, language, live);
    for (const auto& span : spans) cutter.take(span);
    cut_long_words(cutter.chunks, measure, language);
    Paragraph paragraph;
    paragraph.plain = std::move(cutter.plain);
    Filler(faces, measure, paragraph).run(cutter.chunks);
    return paragraph;
}

}  // namespace convbook::kit
