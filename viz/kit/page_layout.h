// A whole text laid out at one width: lines, rules and panels with their places, measured from the text's upper left corner.
// Made again only when width, scale, language or live values change; scrolling and drawing read it (page.cpp).
#pragma once
#include <string>
#include <vector>

#include "text_layout.h"

namespace convbook::kit {

/// What is not text: the rule beside a note, a table's hair line, the panel behind code.
struct PageShape { Area area; Ink ink; float corner = 0; };
/// Where a block of the document stands.
struct PagePart { float y = 0, height = 0; BlockKind kind = BlockKind::paragraph; int level = 0; std::string heading; };

struct PageSheet {
    std::vector<TextLine> lines;      ///< top to bottom; cells of one table row share their y
    std::vector<PageShape> shapes;
    std::vector<PagePart> parts;      ///< one for every block of the document
    std::string plain;                ///< what selecting and searching see; pieces' bytes count in it
    float height = 0;
};
/// `crumb` stands above the title ("Part I · One layer"). `document` must outlive the sheet.
PageSheet lay_out_page(const Document& document, std::string_view crumb, float measure, Language language, const LiveText& live);

}  // namespace convbook::kit
