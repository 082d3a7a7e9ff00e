// A table for the terminal: columns as wide as their widest cell, numbers to the right.
// Leaves out borders and colours, so that it reads well in a pipe and in a screen reader.
#pragma once
#include <string>
#include <vector>

namespace convbook::console {

class Table {
public:
    explicit Table(std::vector<std::string> header);
    /// Adds a row; it has as many cells as the header.
    Table& row(std::vector<std::string> cells);
    /// Columns whose cells all look like numbers (or like nothing) are aligned to the right.
    std::string text() const;
    /// text() to standard output.
    void print() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// Columns of a terminal that UTF-8 text occupies: East Asian wide characters take two.
int display_width(const std::string& text);

}  // namespace convbook::console
