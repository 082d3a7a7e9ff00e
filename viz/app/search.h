// Search over the whole book in both languages: titles, headings, text, figures, symbols, code on show, networks and commands. No drawing.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "convbook/lesson.h"
#include "shortcuts.h"

namespace convbook::app {

enum class FoundKind { link, title, heading, text, figure, symbol, code, network, command };
const Text& kind_name(FoundKind kind);

struct Found {
    FoundKind kind = FoundKind::text;
    std::string link;                  ///< "07", "07?k=5", "net/mobilenet_v2"; empty for a command
    std::string place;                 ///< where: the chapter's title
    std::string words;                 ///< the line that matched, around the match
    std::string jump;                  ///< text to scroll to after opening
    bool is_heading = false;           ///< `jump` is a heading
    Language language = Language::en;  ///< of the text that matched
    std::optional<Command> command;
    int score = 0;
};

class SearchIndex {
public:
    /// Reads every chapter; about a millisecond a chapter.
    SearchIndex();
    /// Best first, at most `most`. Case does not count; every word must occur. The current language comes first.
    std::vector<Found> find(std::string_view words, Language language, std::size_t most = 40) const;
    std::size_t size() const { return entries_.size(); }

private:
    /// `own`: where one of the words must occur, if not anywhere: a table's row is not found by the heads of its columns alone.
    struct Entry { Found found; std::string folded, own; };
    std::vector<Entry> entries_;
    void add(Found found, const std::string& own = {});
    void add_chapters();
    void add_text(const std::string& number, const std::string& title, std::string_view markdown, Language language);
};
/// Lower-case ASCII, Greek and full-width kept as they are.
std::string fold(std::string_view text);

}  // namespace convbook::app
