// The layers of a network as a table in the lower part of its page.
#include <fmt/format.h>

#include <algorithm>

#include "kit/interact.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kRow = 24;

struct Column { Text title; float share; bool is_number; };
const Column kColumns[] = {{{"layer", "层"}, 0.22f, false},           {{"kind", "种类"}, 0.1f, false},      {{"input", "输入"}, 0.13f, true}, {{"output", "输出"}, 0.13f, true},
                           {{"parameters", "参数量"}, 0.12f, true},   {{"multiply-adds", "乘加次数"}, 0.14f, true}, {{"memory", "内存"}, 0.09f, true}, {{"ms", "毫秒"}, 0.07f, true}};

/// Left and right edge of a column; the first has room for the open block's mark.
std::pair<float, float> edges_of(const Area& area, std::size_t column) {
    float x = area.x + px(8);
    const float width = area.w - px(24);
    for (std::size_t i = 0; i < column; ++i) x += width * kColumns[i].share;
    return {x, x + width * kColumns[column].share};
}

void draw_cell(const Area& area, std::size_t column, float y, Type type, Colour ink, const std::string& words) {
    const auto [left, right] = edges_of(area, column);
    text({kColumns[column].is_number ? right : left, y}, type, ink, words, kColumns[column].is_number ? AlignX::right : AlignX::left);
}

void draw_layer(NetworkView& view, const Area& row, const LayerView& layer) {
    const Hit over = hit(("row/" + layer.name).c_str(), row);
    const bool is_open = layer.node == view.node;
    if (layer.block == view.block) fill(row, colour(Ink::accent_tint));
    if (over.is_hovered) fill(row, colour(Ink::sunk));
    const Type type = is_open ? Type::label_strong : Type::label;
    const std::string cells[] = {layer.name, layer.kind, shape_words(layer.in), shape_words(layer.out), format_count(layer.params), format_count(layer.macs), memory_words(layer.alive_bytes),
                                 view.model.is_measured() ? fmt::format("{:.3f}", layer.ms) : "–"};
    for (std::size_t i = 0; i < std::size(cells); ++i) draw_cell(row, i, row.y + px(3), type, colour(i == 0 ? Ink::ink : Ink::ink2), cells[i]);
    if (over.was_clicked) view.set("layer", layer.name);
}

}  // namespace

void draw_layer_table(NetworkView& view, const Area& area) {
    Area list = area;
    const Area head = list.cut_top(px(kRow));
    for (std::size_t i = 0; i < std::size(kColumns); ++i) draw_cell(head, i, head.y, Type::caption, colour(Ink::ink3), tr(kColumns[i].title));
    line({area.x, head.bottom() - px(3)}, {area.right(), head.bottom() - px(3)}, colour(Ink::hair));
    ImGui::SetCursorScreenPos(list.min());
    ImGui::BeginChild("layer table", {list.w, list.h}, false, ImGuiWindowFlags_NoBackground);
    const ImVec2 top = ImGui::GetCursorScreenPos();
    const auto& layers = view.model.layers();
    for (std::size_t i = 0; i < layers.size(); ++i) draw_layer(view, {top.x, top.y + static_cast<float>(i) * px(kRow), list.w, px(kRow)}, layers[i]);
    ImGui::SetCursorScreenPos({top.x, top.y + static_cast<float>(layers.size()) * px(kRow)});
    ImGui::Dummy({1, 1});
    ImGui::EndChild();
}

}  // namespace convbook::app
