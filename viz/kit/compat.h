// The one place that knows which Dear ImGui this is: 1.86 (Debian) or newer, up to 1.92. Everything else of ours is written once.
// Why several #if: each is one renamed or moved word of Dear ImGui; leaves out anything that exists under one name in all of them.
#pragma once
#include <imgui.h>
#include <imgui_internal.h>

#include <cstdint>

namespace convbook::kit::compat {

inline ImTextureID texture_id(unsigned gl_name) {
#if IMGUI_VERSION_NUM >= 19140
    return static_cast<ImTextureID>(gl_name);
#else
    return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(gl_name));
#endif
}

/// One glyph of a face at a size, in pixels relative to the pen on the line's top.
struct Glyph { float x0, y0, x1, y1, u0, v0, u1, v1, advance; bool is_visible; };
inline Glyph glyph(ImFont* font, float size, unsigned character) {
#if IMGUI_VERSION_NUM >= 19200
    ImFontBaked* baked = font->GetFontBaked(size);
    const ImFontGlyph* g = baked->FindGlyph(static_cast<ImWchar>(character));
    const float scale = size / baked->Size;
#else
    const ImFontGlyph* g = font->FindGlyph(static_cast<ImWchar>(character));
    const float scale = size / font->FontSize;
#endif
    if (!g) return {0, 0, 0, 0, 0, 0, 0, 0, 0, false};
    return {g->X0 * scale, g->Y0 * scale, g->X1 * scale, g->Y1 * scale, g->U0, g->V0, g->U1, g->V1, g->AdvanceX * scale, g->Visible != 0};
}
inline ImTextureID font_texture(ImFont* font) {
#if IMGUI_VERSION_NUM >= 19200
    (void)font;
    return ImGui::GetIO().Fonts->TexRef.GetTexID();
#else
    return font->ContainerAtlas->TexID;
#endif
}

/// Distance from a line's top to its baseline, width and presence of one character.
inline float font_ascent(ImFont* font, float size) {
#if IMGUI_VERSION_NUM >= 19200
    return font->GetFontBaked(size)->Ascent;
#else
    (void)size;
    return font->Ascent;
#endif
}
inline float advance(ImFont* font, float size, unsigned character) {
#if IMGUI_VERSION_NUM >= 19200
    return font->GetFontBaked(size)->GetCharAdvance(static_cast<ImWchar>(character));
#else
    (void)size;
    return font->GetCharAdvance(static_cast<ImWchar>(character));
#endif
}
inline bool is_baked(ImFont* font, unsigned character) {
#if IMGUI_VERSION_NUM >= 19200
    return font->IsGlyphInFont(static_cast<ImWchar>(character));
#else
    return font->FindGlyphNoFallback(static_cast<ImWchar>(character)) != nullptr;
#endif
}
inline void set_tracking(ImFontConfig& config, float pixels) {
#if IMGUI_VERSION_NUM >= 19190
    config.GlyphExtraAdvanceX = pixels;
#else
    config.GlyphExtraSpacing.x = pixels;
#endif
}
/// Empties the atlas for a texture of about this width; true if a renderer already holds a texture of it.
inline bool begin_atlas(ImFontAtlas& fonts, int width) {
#if IMGUI_VERSION_NUM >= 19200
    (void)width;
    fonts.Clear();
    return false;
#else
    const bool has_texture = fonts.TexID != ImTextureID{} && ImGui::GetIO().BackendRendererUserData != nullptr;
    fonts.Clear();
    fonts.Flags |= ImFontAtlasFlags_NoPowerOfTwoHeight;
    fonts.TexDesiredWidth = width;
    return has_texture;
#endif
}
/// Bakes what was added (from 1.92 on glyphs are baked when they are drawn).
inline bool finish_atlas(ImFontAtlas& fonts) {
#if IMGUI_VERSION_NUM >= 19200
    (void)fonts;
    return true;
#else
    return fonts.Build();
#endif
}

/// Codes of a key: Dear ImGui's own names (ImGuiKey_Tab ...) or a printable capital character ('K', '/', '1').
inline bool is_character_key(int key) { return key >= 32 && key < 127; }
#if IMGUI_VERSION_NUM >= 18700
inline ImGuiKey key_code(int key) {
    if (!is_character_key(key)) return static_cast<ImGuiKey>(key);
    if (key >= 'A' && key <= 'Z') return static_cast<ImGuiKey>(ImGuiKey_A + (key - 'A'));
    if (key >= '0' && key <= '9') return static_cast<ImGuiKey>(ImGuiKey_0 + (key - '0'));
    switch (key) {
        case '/': return ImGuiKey_Slash;
        case '-': return ImGuiKey_Minus;
        case '=': return ImGuiKey_Equal;
        case ',': return ImGuiKey_Comma;
        case '.': return ImGuiKey_Period;
        case '[': return ImGuiKey_LeftBracket;
        case ']': return ImGuiKey_RightBracket;
        default: return ImGuiKey_None;
    }
}
#else
inline int key_code(int key) { return is_character_key(key) ? key : ImGui::GetKeyIndex(key); }  // GLFW numbers printable keys as ASCII
#endif
inline bool is_key_pressed(int key, bool repeats = true) {
#if IMGUI_VERSION_NUM >= 18700
    return ImGui::IsKeyPressed(key_code(key), repeats);
#else
    const int code = key_code(key);
    return code >= 0 && ImGui::IsKeyPressed(code, repeats);
#endif
}

/// Enter on the letters' or on the numbers' side.
inline bool is_enter_pressed() {
#if IMGUI_VERSION_NUM >= 18700
    return is_key_pressed(ImGuiKey_Enter, false) || is_key_pressed(ImGuiKey_KeypadEnter, false);
#else
    return is_key_pressed(ImGuiKey_Enter, false) || is_key_pressed(ImGuiKey_KeyPadEnter, false);
#endif
}

/// F1 .. F12.
inline bool is_function_key_pressed(int number) {
#if IMGUI_VERSION_NUM >= 18700
    return ImGui::IsKeyPressed(static_cast<ImGuiKey>(ImGuiKey_F1 + number - 1), false);
#else
    return ImGui::IsKeyPressed(289 + number, false);  // GLFW's numbers
#endif
}

/// Numbers Dear ImGui's keys as GLFW does, for contexts without a window. Once per context.
inline void name_keys(ImGuiIO& io) {
#if IMGUI_VERSION_NUM < 18700
    for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = 256 + key;
    const int letters[6] = {ImGuiKey_A, ImGuiKey_C, ImGuiKey_V, ImGuiKey_X, ImGuiKey_Y, ImGuiKey_Z};
    for (int i = 0; i < 6; ++i) io.KeyMap[letters[i]] = "ACVXYZ"[i];
    io.KeyMap[ImGuiKey_Space] = ' ';
#else
    (void)io;
#endif
}

/// Input as if from a window.
inline void send_position(ImGuiIO& io, ImVec2 at) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMousePosEvent(at.x, at.y);
#else
    io.MousePos = at;
#endif
}
inline void send_button(ImGuiIO& io, bool is_down) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMouseButtonEvent(0, is_down);
#else
    io.MouseDown[0] = is_down;
#endif
}
inline void send_wheel(ImGuiIO& io, float lines) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMouseWheelEvent(0, lines);
#else
    io.MouseWheel += lines;
#endif
}
inline void send_key(ImGuiIO& io, int key, bool is_down) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddKeyEvent(key_code(key), is_down);
#else
    const int code = key_code(key);
    if (code >= 0) io.KeysDown[code] = is_down;
#endif
}
inline void send_modifiers(ImGuiIO& io, bool has_ctrl, bool has_shift) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddKeyEvent(ImGuiMod_Ctrl, has_ctrl);
    io.AddKeyEvent(ImGuiMod_Shift, has_shift);
#else
    io.KeyCtrl = has_ctrl;
    io.KeyShift = has_shift;
#endif
}

/// Identity of the window that is drawn into, and of the one under the pointer (0: none, or behind a modal).
inline ImGuiID current_window() { return ImGui::GetCurrentWindowRead() ? ImGui::GetCurrentWindowRead()->ID : 0; }
inline ImGuiID hovered_window() {
    const ImGuiWindow* window = ImGui::GetCurrentContext()->HoveredWindow;
    return window ? window->ID : 0;
}

}  // namespace convbook::kit::compat
