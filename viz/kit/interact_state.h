// What the kit's own controls need beyond interact.h: focus without the standard ring, and the keyboard taken for typing.
#pragma once
#include "interact.h"

namespace convbook::kit {

/// As hit(), but the caller draws the ring itself where it looks different (a slider's handle, a round toggle).
Hit hit_bare(const char* id, const Area& area, Cursor cursor = Cursor::hand, bool is_reachable_by_tab = true);
/// Whether the keyboard led last, so that the focus is shown.
bool shows_focus();
/// Whether Space and the arrows belong to an area that the reader walked to by keyboard, so that they are no shortcuts now.
bool has_key_focus();
void focus_ring(const Area& area, float corner = 6);
/// Moves the focus to an area that is drawn in this or the next frame.
void take_focus(const char* id);
/// While true, keys belong to this text field: Enter, Space and shortcuts do nothing elsewhere.
void set_typing(const char* id, bool is_typing);
bool is_typing();

}  // namespace convbook::kit
