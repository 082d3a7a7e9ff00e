// Title and question of a chapter; see chapter_head.h.
#include "chapter_head.h"

#include <algorithm>

namespace convbook::kit {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "*How ...?*", one paragraph, not "**bold**"
bool is_emphasised(std::string_view paragraph) {
    return paragraph.size() > 2 && paragraph.front() == '*' && paragraph.back() == '*' && paragraph[1] != '*' && paragraph[paragraph.size() - 2] != '*';
}

// "07 · Depthwise ..." -> "Depthwise ...": the number is the folder's
std::string_view without_number(std::string_view title) {
    const std::size_t word = title.find_first_not_of("0123456789. ");
    title.remove_prefix(std::min(word, title.size()));
    return trimmed(title.starts_with("·") ? title.substr(std::string_view("·").size()) : title);
}

// The weaver's marks are not part of a title or a question
std::string plain(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t mark = std::min(text.find("<!--"), text.size());
        out += text.substr(0, mark);
        const std::size_t end = text.find("-->", mark);
        text.remove_prefix(mark == text.size() || end == text.npos ? text.size() : end + 3);
    }
    for (char& c : out)
        if (c == '\n') c = ' ';
    return out;
}

}  // namespace

ChapterHead read_chapter_head(std::string_view markdown) {
    ChapterHead head;
    while (!markdown.empty() && head.question.empty()) {
        // Cut one paragraph off
        const std::size_t end = std::min(markdown.find("\n\n"), markdown.size());
        const std::string_view paragraph = trimmed(markdown.substr(0, end));
        markdown.remove_prefix(std::min(end + 2, markdown.size()));
        if (head.title.empty() && paragraph.starts_with("# ")) head.title = plain(without_number(paragraph.substr(2, paragraph.find('\n') - 2)));
        if (is_emphasised(paragraph)) head.question = plain(paragraph.substr(1, paragraph.size() - 2));
    }
    return head;
}

}  // namespace convbook::kit
