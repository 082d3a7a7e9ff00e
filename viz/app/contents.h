// The contents column: parts, chapters with their rings, networks, and the corner with search, language and theme. As a column, a rail or a bar.
#pragma once
#include <optional>
#include <string>

#include "kit/paint.h"
#include "kit/progress.h"
#include "shortcuts.h"

namespace convbook::app {

/// What the reader pressed: a page to open, or a command.
struct ContentsAction { std::string link; std::optional<Command> command; bool wants_settings = false, wants_menu = false; };

struct ContentsState { const kit::Progress* progress; std::string link; std::string title; };
ContentsAction draw_contents(const kit::Area& area, const ContentsState& state);
ContentsAction draw_rail(const kit::Area& area, const ContentsState& state);
/// Narrow windows: one row with a button that opens the list.
ContentsAction draw_bar(const kit::Area& area, const ContentsState& state);
/// The rows of chapters and networks alone, for the narrow cover; returns the height used.
float draw_chapter_rows(ImVec2 at, float width, const ContentsState& state, ContentsAction& action);

/// A ring that fills clockwise: nothing solved, some, all.
void progress_mark(ImVec2 center, float radius, float share, bool is_opened);
float solved_share(const kit::Progress& progress, const std::string& number);

}  // namespace convbook::app
