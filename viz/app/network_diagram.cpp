// The open block of the network page as boxes and arrows, drawn from the graph: every operation with its most varied map, branches below the way through,
// shortcuts around it. Leaves out where the boxes stand (network_picture.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kit/interact.h"
#include "network_view.h"

namespace convbook::app {

using namespace kit;

namespace {

constexpr float kTitle = 42, kWords = 44, kArc = 30, kArrowRoom = 30, kLargest = 132, kSmallest = 36, kMostPitch = 190, kMostZoom = 4;

const BlockView& shown_block(const NetworkView& view) { return view.model.shown_structure().blocks[static_cast<std::size_t>(view.block)]; }

float side_in(const BlockPicture& picture, float width, float height) {
    const float pitch = std::min(width / static_cast<float>(picture.columns), px(kMostPitch));
    const float lane = (height - px(kTitle) - (picture.first_lane < 0 ? px(kArc) : 0)) / static_cast<float>(picture.last_lane + 1);
    return std::floor(std::clamp(std::min(pitch - px(kArrowRoom), lane - px(kWords)), px(kSmallest), px(kLargest)));
}

Colour part_colour(const NetworkView& view, int node) {
    const Graph& graph = view.model.shown_graph();
    return node >= 0 && is_layer(graph.node(node)) ? kind_colour(kind_of(graph, graph.node(node))) : colour(Ink::rule);
}

/// A shape in the room below a box: arrows turn beside it.
std::string short_shape(const Shape& shape, float width) {
    const std::string whole = shape_words(shape);
    if (shape.rank <= 2 || text_width(Type::caption, whole) <= width) return whole;
    const std::string square = fmt::format("{} · {}²", shape.c, shape.h);
    return shape.h == shape.w && text_width(Type::caption, square) <= width ? square : std::to_string(shape.c);
}

void elbow(std::vector<ImVec2> points, Colour ink) {
    polyline(points.data(), static_cast<int>(points.size()), ink);
    const ImVec2 tip = points.back(), before = points[points.size() - 2];
    arrow_head(tip, {tip.x - before.x, tip.y - before.y}, ink);
}

}  // namespace

void open_node(NetworkView& view, int shown_node) {
    const int counted = view.model.counted_node(shown_node);
    if (counted >= 0) view.set("layer", view.model.graph().node(counted).name);
}

float BlockDiagram::thumb_side(const NetworkView& view, const Area& area) { return side_in(picture_of(view.model.shown_graph(), shown_block(view)), area.w, area.h); }

void BlockDiagram::rebuild(const NetworkView& view, float thumb) {
    const Graph& graph = view.model.shown_graph();
    picture_ = picture_of(graph, shown_block(view));
    thumbs_.clear();
    has_thumb_.clear();
    zoom_ = 1;
    offset_ = {0, 0};
    const PhotoRun* run = view.model.photo_run();
    if (run == nullptr) return job_.request({});
    std::vector<Thumb> thumbs;
    for (const Part& part : picture_.parts) {
        const Tensor& maps = run->run.activations[static_cast<std::size_t>(part.end)];
        has_thumb_.push_back(maps.shape().h > 1);
        thumbs.push_back(has_thumb_.back() ? Thumb{maps, is_signed(graph, part.end)} : Thumb{});
    }
    job_.request({[keep = view.model.shared_run(), thumbs, side = static_cast<int>(thumb), ramp = Ramp::of_theme()] { return make_thumbs(thumbs, side, ramp); }});
}

BlockDiagram::Canvas BlockDiagram::lay_out(const Area& area) const {
    Canvas canvas{area, std::min(area.w / static_cast<float>(picture_.columns), px(kMostPitch)) * zoom_, 0, 0, side_in(picture_, area.w, area.h) * zoom_};
    canvas.area.cut_top(px(kTitle));
    const float arc = picture_.first_lane < 0 ? px(kArc) : 0, lanes = static_cast<float>(picture_.last_lane + 1);
    canvas.lane = std::min((canvas.area.h - arc) / lanes, side_in(picture_, area.w, area.h) + px(kWords + 24)) * zoom_;
    // What is low stands in the middle of the room
    canvas.top = canvas.area.y + arc + (zoom_ > 1 ? 0 : (canvas.area.h - arc - canvas.lane * lanes) / 3);
    return canvas;
}

Area BlockDiagram::box_of(const Canvas& canvas, const Part& part) const {
    const float x = canvas.area.x + offset_.x + canvas.pitch * static_cast<float>(part.column) + (canvas.pitch - canvas.side) / 2;
    return {std::round(x), std::round(canvas.top + offset_.y + canvas.lane * static_cast<float>(part.lane)), canvas.side, canvas.side};
}

void BlockDiagram::zoom_and_pan(const Area& area) {
    const Hit over = hit("diagram", area, zoom_ > 1 ? Cursor::move : Cursor::arrow, false);
    const ImGuiIO& io = ImGui::GetIO();
    if ((over.is_hovered || is_part_hovered_) && io.MouseWheel != 0) {
        const float before = zoom_;
        zoom_ = std::clamp(zoom_ * (io.MouseWheel > 0 ? 1.25f : 0.8f), 1.0f, kMostZoom);
        // What is under the pointer stays there
        offset_.x = io.MousePos.x - area.x - (io.MousePos.x - area.x - offset_.x) * zoom_ / before;
        offset_.y = io.MousePos.y - area.y - (io.MousePos.y - area.y - offset_.y) * zoom_ / before;
    }
    if (over.is_held && zoom_ > 1) offset_ = {offset_.x + io.MouseDelta.x, offset_.y + io.MouseDelta.y};
    offset_.x = std::clamp(offset_.x, area.w * (1 - zoom_), 0.0f);
    offset_.y = std::clamp(offset_.y, area.h * (1 - zoom_), 0.0f);
    is_part_hovered_ = false;
}

void BlockDiagram::draw_edge(const Canvas& canvas, const Edge& edge) const {
    const Part &from = picture_.parts[static_cast<std::size_t>(edge.from)], &to = picture_.parts[static_cast<std::size_t>(edge.to)];
    const Area a = box_of(canvas, from), b = box_of(canvas, to);
    const ImVec2 start{a.right() + px(4), a.center().y}, end{b.x - px(4), b.center().y};
    const Colour ink = colour(edge.is_arc || (from.node < 0 && to.column - from.column > 1) ? Ink::input : Ink::ink2);
    if (edge.is_arc) {
        // Around the boxes between them: up, across and down
        const float y = std::min(a.y, b.y) - px(16), x0 = a.center().x + a.w / 4, x1 = b.center().x - b.w / 4;
        return elbow({{x0, a.y - px(4)}, {x0, y}, {x1, y}, {x1, b.y - px(4)}}, ink);
    }
    if (from.lane == to.lane) return arrow(start, end, ink);
    // Along the lane of the branch: a turn behind the box where it leaves, before the box where it joins
    const bool leaves = to.lane > from.lane;
    const float x = leaves ? start.x + px(6) : end.x - px(12);
    elbow({start, {x, start.y}, {x, end.y}, end}, ink);
}

void BlockDiagram::draw_part(NetworkView& view, const Canvas& canvas, std::size_t index) {
    const Part& part = picture_.parts[index];
    const Graph& graph = view.model.shown_graph();
    const Area box = box_of(canvas, part);
    const Node& end = graph.node(part.end);
    if (index < has_thumb_.size() && has_thumb_[index] && !thumbs_.is_empty()) thumbs_.draw_tile(box, static_cast<int>(index));
    else draw_slab(box, end.out, graph.input_shape());
    const bool is_open = part.node >= 0;
    const Hit over = is_open ? hit(fmt::format("part/{}", index).c_str(), box) : Hit{};
    frame(box.grown(px(2)), over.is_hovered ? colour(Ink::accent) : part_colour(view, part.node), 1.5f, 3);
    const std::string words = is_open ? operation_words(graph, part.node) : tr({"input", "输入"});
    const float x = box.center().x, y = box.bottom() + px(6);
    text({x, y}, Type::label_strong, colour(is_open ? Ink::ink : Ink::input), words, AlignX::center);
    text({x, y + px(18)}, Type::caption, colour(Ink::ink3), short_shape(end.out, box.w + px(14)), AlignX::center);
    if (!is_open) return;
    is_part_hovered_ |= over.is_hovered;
    if (over.is_hovered)
        tooltip(box, {{graph.node(part.node).name, ""}, {tr({"operation", "运算"}), words}, {tr({"then", "之后"}), tr(activation_words(graph, part.node))}, {tr({"output", "输出"}), shape_words(end.out)},
                      {tr({"click: maps, weights, numbers", "点击：特征图、权重、各项数字"}), ""}});
    if (over.was_clicked) open_node(view, part.node);
}

void BlockDiagram::draw(NetworkView& view, const Area& area) {
    if (const auto made = job_.poll(); made && !made->empty()) thumbs_.show(made->front());
    const BlockView& block = view.model.blocks()[static_cast<std::size_t>(view.block)];
    const float used = text({area.x, area.y}, Type::figure_question, colour(Ink::ink), block_name(block, false));
    text({area.x + used + px(14), area.y + px(3)}, Type::label, colour(Ink::ink2), block_words(view.model, block));
    const Canvas before = lay_out(area);
    const Clip clip(before.area.grown(px(6)));
    zoom_and_pan(before.area);
    const Canvas canvas = lay_out(area);
    for (const Edge& edge : picture_.edges) draw_edge(canvas, edge);
    for (std::size_t i = 0; i < picture_.parts.size(); ++i) draw_part(view, canvas, i);
}

}  // namespace convbook::app
