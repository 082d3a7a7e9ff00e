// Text and code cannot drift: marks in Markdown name a value of a lesson or a function of a source, and weaving writes what they are now.
//   <!-- value: separable.params -->704<!-- / -->            with a role or a state: <!-- value: full.params role=weights @cin=8&k=3 -->
//   <!-- values: cin full.params@cin=8 -->                   the same for the \mathord{..} of the formula that follows, in their order
//   <!-- code: lib/src/ops/conv2d.cpp#conv2d -->             followed by a fenced block that holds the function, whole
//   <!-- chapters -->...<!-- / -->                           the table of chapters, in the root README
// Pure text in, text out; files are weaver.cpp's. Marks inside code spans and other fenced blocks are left alone.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace convbook::docs {

/// Where the truth comes from. Each throws convbook::Error for a name it does not know.
struct Sources {
    std::function<std::string(const std::string& name, const std::string& query)> value;
    std::function<std::string(const std::string& path, const std::string& function)> code;
    std::function<std::string()> chapters;
};

/// One mark whose text was not what it should be.
struct Stale {
    int line = 0;
    std::string mark, was, is;
};
struct Woven {
    std::string text;
    std::vector<Stale> stale;
    std::vector<std::string> faults;  ///< "12: there is no value ...": marks that could not be woven, left as they were
};
Woven weave(std::string_view text, const Sources& sources);

/// The whole definition of a function as it stands in `source`, without common indentation. Throws convbook::Error if there is none.
std::string quote_function(const std::string& path, std::string_view source, const std::string& function);

}  // namespace convbook::docs
