// Title and question of a chapter; see chapter_head.h.
#include "chapter_head.h"

#include <algorithm>

#include "markdown.h"

namespace convbook::kit {
namespace {

// "07 · Depthwise ..." -> "Depthwise ...": the number is the folder's
std::string without_number(const std::string& title) {
    std::string_view rest = title;
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789. "), rest.size()));
    if (rest.starts_with("· ")) rest.remove_prefix(std::string_view("· ").size());
    return std::string(rest);
}

}  // namespace

ChapterHead read_chapter_head(std::string_view markdown) {
    const Document document = parse_markdown(markdown);
    const auto question = std::find_if(document.blocks.begin(), document.blocks.end(), [](const Block& block) { return block.kind == BlockKind::question; });
    return {without_number(document.title()), question == document.blocks.end() ? "" : plain_text(question->spans)};
}

}  // namespace convbook::kit
