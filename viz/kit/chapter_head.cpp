// Title and question of a chapter; see chapter_head.h.
#include "chapter_head.h"

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

}  // namespace

ChapterHead read_chapter_head(std::string_view markdown) {
    ChapterHead head;
    while (!markdown.empty() && head.question.empty()) {
        // Cut one paragraph off
        const std::size_t end = std::min(markdown.find("\n\n"), markdown.size());
        const std::string_view paragraph = trimmed(markdown.substr(0, end));
        markdown.remove_prefix(std::min(end + 2, markdown.size()));
        if (head.title.empty() && paragraph.starts_with("# ")) head.title = trimmed(paragraph.substr(2, paragraph.find('\n') - 2));
        if (is_emphasised(paragraph)) head.question = paragraph.substr(1, paragraph.size() - 2);
    }
    for (char& c : head.question)
        if (c == '\n') c = ' ';
    return head;
}

}  // namespace convbook::kit
