// Bytes of a page's plain text under the pointer, their rectangles, words around them, and where a search finds something.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "page_layout.h"

namespace convbook::kit {

struct PageRange {
    std::size_t from = 0, to = 0;
    bool is_empty() const { return to <= from; }
    std::string of(const std::string& plain) const { return is_empty() ? std::string() : plain.substr(from, to - from); }
};

/// What the reader has marked: from where the drag began to where it is.
class PageSelection {
public:
    bool is_active = false;                  ///< the last click was on the page: keys belong to it
    void begin(std::size_t byte, bool keeps_start) { start_ = keeps_start ? start_ : byte, end_ = byte, has_moved_ = false; }
    void extend(std::size_t byte) { has_moved_ |= byte != start_, end_ = byte; }
    void select(PageRange range) { start_ = range.from, end_ = range.to; }
    PageRange range() const { return start_ < end_ ? PageRange{start_, end_} : PageRange{end_, start_}; }
    bool has_moved() const { return has_moved_; }

private:
    std::size_t start_ = 0, end_ = 0;
    bool has_moved_ = false;
};

std::size_t byte_at(const PageSheet& sheet, ImVec2 point, Language language);
std::vector<Area> stretches(const PageSheet& sheet, const PageRange& range, Language language);
PageRange word_around(std::string_view plain, std::size_t byte);
/// The first place that holds the words, upper and lower case alike.
PageRange find_words(const PageSheet& sheet, std::string_view words);
const TextLine* line_of(const PageSheet& sheet, std::size_t byte);

}  // namespace convbook::kit
