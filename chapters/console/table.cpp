// Layout of terminal tables; see table.h.
#include "console/table.h"

#include <algorithm>
#include <cstdio>

#include "convbook/error.h"

namespace convbook::console {
namespace {

bool is_wide(unsigned code) {
    return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) || (code >= 0xAC00 && code <= 0xD7A3) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60);
}

// A digit first (after a sign) is what right alignment is for; shapes such as [1,3,8,8] stay left
bool looks_like_number(const std::string& cell) {
    const std::size_t sign = cell.starts_with("−") ? std::string("−").size() : cell.starts_with("-") ? 1 : 0;
    return cell.empty() || (cell.size() > sign && cell[sign] >= '0' && cell[sign] <= '9');
}

}  // namespace

int display_width(const std::string& text) {
    int width = 0;
    for (std::size_t i = 0; i < text.size();) {
        const unsigned char lead = static_cast<unsigned char>(text[i]);
        const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        unsigned code = length == 1 ? lead : lead & (0x7F >> length);
        for (int k = 1; k < length && i + k < text.size(); ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3F);
        width += is_wide(code) ? 2 : 1;
        i += length;
    }
    return width;
}

Table::Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

Table& Table::row(std::vector<std::string> cells) {
    CONVBOOK_ASSERT(cells.size() == rows_[0].size(), "cells=", cells.size(), ", columns=", rows_[0].size());
    rows_.push_back(std::move(cells));
    return *this;
}

std::string Table::text() const {
    const std::size_t columns = rows_[0].size();
    std::vector<int> widths(columns, 0);
    std::vector<bool> to_the_right(columns, true);
    for (std::size_t r = 0; r < rows_.size(); ++r)
        for (std::size_t c = 0; c < columns; ++c) {
            widths[c] = std::max(widths[c], display_width(rows_[r][c]));
            if (r > 0 && !looks_like_number(rows_[r][c])) to_the_right[c] = false;
        }
    std::string out;
    for (const auto& cells : rows_) {
        std::string line;
        for (std::size_t c = 0; c < columns; ++c) {
            const std::string space(widths[c] - display_width(cells[c]), ' ');
            line += (c ? "   " : "") + (to_the_right[c] ? space + cells[c] : cells[c] + space);
        }
        out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

void Table::print() const { std::fputs(text().c_str(), stdout); }

}  // namespace convbook::console
