// The first lines of a chapter's README: its title and the question it answers. Contents, registry and the README's table read the same.
#pragma once
#include <string>
#include <string_view>

namespace convbook::kit {

struct ChapterHead {
    std::string title;     ///< "# Depthwise separable convolution" without its mark
    std::string question;  ///< first emphasised paragraph, without its stars: "How can ...?"
};
/// Empty fields where the text has none (tests/book refuses such a chapter).
ChapterHead read_chapter_head(std::string_view markdown);

}  // namespace convbook::kit
