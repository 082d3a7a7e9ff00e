// The sixteen chapters of the outline: numbers, short titles, parts, their places on the cover's map and who needs whom. Those without a folder
// are in the list too, so that the reader sees the whole book; what is written is asked of the registry.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "convbook/lesson.h"

namespace convbook::app {

struct ChapterEntry {
    std::string number;
    Text title;          ///< as in the contents column
    Text map_title;      ///< as under the ring of the map: two short lines at most
    int part = 0;        ///< 0, 1, 2
    int column = 0, row = 0;  ///< of the map's grid, 7 x 5
};
std::span<const ChapterEntry> chapter_entries();
const ChapterEntry* find_entry(std::string_view number);
const Text& part_title(int part);

/// An arrow of the map: `to` uses what `from` teaches. `bend` is where the curve turns, as a share of the way.
struct Need { std::string_view from, to; float bend = 0.5f; };
std::span<const Need> needs();

/// Whether the chapter has a folder in this build.
bool is_written(std::string_view number);

struct NetworkEntry { std::string name, title; bool is_on_cover = false; };
/// All networks of the library, in its order.
std::span<const NetworkEntry> network_entries();
/// Whether the library builds it and this program shows networks.
bool has_network(std::string_view name);

}  // namespace convbook::app
