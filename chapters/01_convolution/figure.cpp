// The figure of chapter 01: "Where does the number 22 come from?". Holds the state, places the parts, and lets the hand change cells.
// Leaves out the parts' drawing: figure_rows.cpp, figure_sum.cpp, figure_output.cpp.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "figure_view.h"
#include "kit/compat.h"
#include "kit/interact_state.h"
#include "kit/registry.h"
#include "kit/widgets.h"

namespace convbook::ch01 {

using namespace kit;

// ---- Where everything stands ---------------------------------------------------------------------------------------------------

namespace {

constexpr float kHeaderHeight = 38, kChartHeight = 66, kChartGap = 6;  // logical pixels

float input_cell_for(float pitch, const Result& r, float widest, float largest) {
    const float rows = static_cast<float>(r.params.h + 2 * r.params.p), columns = static_cast<float>(r.params.w + 2 * r.params.p);
    const float with_label = std::floor((pitch - 20) / rows), bare = std::floor((pitch - 6) / rows);
    const float fitting = with_label >= 15 ? with_label : std::min(bare, 15.0f);
    return std::clamp(std::min(fitting, std::floor(widest / columns)), 5.0f, largest);
}

}  // namespace

Geometry lay_out(const FigureFrame& host, const Result& result) {
    const Params& p = result.params;
    const float width = host.area.w / scale(), height = host.area.h / scale(), u = std::clamp(width / (host.is_compact ? 710.0f : 720.0f), 0.4f, 1.6f);
    Geometry at;
    at.unit = u;
    at.header = host.area.y + px(host.is_compact ? 16 : 19);
    at.top = host.area.y + px(host.is_compact ? kHeaderHeight - 4 : kHeaderHeight);
    // Rows share the height; the running sum gives way when it would make the cells small
    const float largest = std::floor((host.is_compact ? 22.0f : 24.0f) * std::max(1.0f, u)), widest = (host.is_compact ? 164 : 176) * u;
    const float rows = static_cast<float>(p.cin), bare_pitch = (height - kHeaderHeight) / rows, pitch = (height - kHeaderHeight - kChartHeight - kChartGap) / rows;
    const float bare_cell = input_cell_for(bare_pitch, result, widest, largest), cell = input_cell_for(pitch, result, widest, largest);
    at.has_chart = cell >= std::min(21.0f, bare_cell) || (!host.is_compact && cell >= 13 && bare_cell - cell <= 3);
    at.input_cell = at.has_chart ? cell : bare_cell;
    const float used = at.input_cell * static_cast<float>(p.h + 2 * p.p) + 26;
    at.pitch = px(std::min(at.has_chart ? pitch : bare_pitch, std::max(used, 150.0f)));
    at.has_labels = at.pitch - px(at.input_cell) * static_cast<float>(p.h + 2 * p.p) >= px(20);
    at.chart = {host.area.x, host.area.bottom() - px(kChartHeight), host.area.w, px(kChartHeight)};
    // Columns at the picture's places; an output of more than five columns gets more room, so that its numbers can be read
    const bool is_tight = host.is_compact || result.ow() > 5;
    const auto column = [&](float wide, float tight) { return std::round(host.area.x + px((is_tight ? tight : wide) * u)); };
    at.x_input = host.area.x;
    at.x_times = column(193, 178), at.x_kernel = column(213, 199), at.x_equals = column(322, 298), at.x_products = column(341, 320);
    at.x_sum = column(537, 503), at.x_line = column(555, 522), at.x_output = column(569, 537);
    const float kernel_side = is_tight ? 26 : 28, product_side = is_tight ? 46 : 50;
    const float output_side = result.ow() > 5 ? width / u - 537 : host.is_compact ? 135.0f : 150.0f;
    at.kernel_slot = px(3 * kernel_side * u), at.product_slot = px(3 * product_side * u);
    at.kernel_cell = std::floor(std::min({kernel_side * u, 90 * u / static_cast<float>(result.window.w), at.pitch / scale() / static_cast<float>(result.window.h) - 2}));
    at.product_cell = std::floor(std::min(product_side * u, 3 * product_side * u / static_cast<float>(result.window.w)));
    at.output_cell = std::max(4.0f, std::floor(std::min((is_tight ? 27 : 30) * u, output_side * u / static_cast<float>(std::max(result.oh(), result.ow())))));
    return at;
}

int digits_that_fit(const std::vector<float>& values, Type type, float width) {
    const bool are_whole = std::all_of(values.begin(), values.end(), [](float v) { return v == std::round(v); });
    for (const int digits : are_whole ? std::vector<int>{0} : std::vector<int>{2, 1}) {
        float widest = 0;
        for (const float value : values) widest = std::max(widest, text_width(type, cell_text(value, digits)));
        if (widest <= width) return digits;
    }
    return -1;
}

void draw_header(ImVec2 at, float room, Colour tone, const std::string& name, const std::string& detail) {
    const float used = kit::text(at, Type::label_strong, tone, name, AlignX::left, AlignY::middle) + px(6);
    if (used + text_width(Type::label, detail) <= room) kit::text({at.x + used, at.y}, Type::label, colour(Ink::ink3), detail, AlignX::left, AlignY::middle);
}

// ---- Changing cells by hand ----------------------------------------------------------------------------------------------------

namespace {

constexpr float kPixelsPerUnit = 6;   // of a drag
constexpr float kDragThreshold = 4;   // less is a click

const std::string& edits_of(const Params& params, const std::string& key) { return key == "input" ? params.input : key == "weights" ? params.weights : params.bias; }

void put(const View& view, const Params& params, const Handle& handle, float value) {
    const float bounded = std::clamp(value, -kLargestTyped, kLargestTyped);
    view.host.set(handle.key, with_edit(edits_of(params, handle.key), handle.place, bounded));
}

void drag(const View& view, const Params& params) {
    Hand& hand = view.hand;
    if (!ImGui::IsMouseDown(0)) {
        // A press that did not move opens the field
        if (hand.held && !hand.has_dragged) hand.typing = hand.held, hand.typing_frames = 0;
        hand.held.reset();
        return;
    }
    if (!hand.held) return;
    const float way = hand.held_from_y - ImGui::GetIO().MousePos.y;
    if (std::abs(way) < px(kDragThreshold) && !hand.has_dragged) return;
    hand.has_dragged = true;
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
    const float value = hand.held->value + std::round(way / px(kPixelsPerUnit));
    put(view, params, *hand.held, value);
    tooltip(hand.held->cell, {{tr({"drag up or down", "上下拖动"}), number_text(std::clamp(value, -kLargestTyped, kLargestTyped)), colour(Ink::ink)}});
}

void type_value(const View& view, const Params& params) {
    Hand& hand = view.hand;
    if (!hand.typing) return;
    const Handle handle = *hand.typing;
    // Beside the cell, inside the picture
    float x = handle.cell.right() + px(8);
    if (x + px(64) > view.host.area.right()) x = handle.cell.x - px(72);
    const Area field{x, std::clamp(handle.cell.center().y - px(16), view.host.area.y, view.host.area.bottom() - px(32)), px(64), px(32)};
    kit::frame(handle.cell.grown(px(1)), colour(Ink::accent), 2, 3);
    if (hand.typing_frames == 0) focus_on("cell value");
    const auto typed = number_field("cell value", field, cell_text(handle.value, 2));
    if (typed) {
        char* end = nullptr;
        std::string plain = *typed;
        if (plain.starts_with("−")) plain = "-" + plain.substr(std::string("−").size());
        const float value = std::strtof(plain.c_str(), &end);
        if (end != plain.c_str() && *end == 0 && std::isfinite(value)) put(view, params, handle, value);
    }
    const bool is_left = hand.typing_frames > 2 && !is_typing();
    if (typed || is_left || compat::is_key_pressed(ImGuiKey_Escape, false)) hand.typing.reset();
    ++hand.typing_frames;
}

}  // namespace

void handle_editing(const View& view, const Result& pinned) {
    Hand& hand = view.hand;
    if (hand.over && ImGui::IsMouseClicked(0)) hand.held = hand.over, hand.held_from_y = ImGui::GetIO().MousePos.y, hand.has_dragged = false, hand.typing.reset();
    // Enter on a focused cell types into it
    const bool is_enter = compat::is_key_pressed(ImGuiKey_Enter, false) && !is_typing();
    if (hand.over && is_enter && !hand.held && !hand.typing) hand.typing = hand.over, hand.typing_frames = 0;
    if (hand.held && ImGui::IsMouseDoubleClicked(0)) {
        view.host.set(hand.held->key, without_edit(edits_of(pinned.params, hand.held->key), hand.held->place));
        hand.held.reset();
        hand.typing.reset();
    }
    drag(view, pinned.params);
    type_value(view, pinned.params);
}

// ---- The figure ----------------------------------------------------------------------------------------------------------------

namespace {

class ConvolutionFigure final : public Figure {
public:
    Text question() const override {
        const std::string value = number_text(shown().cell_value);
        return {"Where does the number " + value + " come from?", value + " 这个数是怎么来的？"};
    }

    Text hint() const override { return {"hover an output · click to pin · click a cell to edit", "指向输出格 · 点击固定 · 点格子可改"}; }

    void update(const Settings& settings) override {
        pinned_ = compute(read_params(members(), settings));
        if (const auto cell = hovered_) hover(cell->first, cell->second);
    }

    void draw(FigureFrame& host) override {
        photo_.update(pinned_);
        hand_.next_term = -1;
        hand_.over.reset();
        hand_.tip_beside = {};
        hand_.input_cell.reset();
        const Result result = shown();
        const Geometry at = lay_out(host, result);
        View view{host, result, at, hand_};
        view.window_row = eased("window row", static_cast<float>(result.first_y(result.params.row)), 0.12f);
        view.window_column = eased("window column", static_cast<float>(result.first_x(result.params.col)), 0.12f);
        draw_rows(view);
        Area grid;
        const auto pointed = draw_output(view, pinned_, grid);
        const Area cell = cell_area(grid, result.oh(), result.ow(), result.params.row, result.params.col);
        draw_trace(view, {grid.x - px(4), cell.center().y});
        draw_output_side(view, pinned_, grid, photo_);
        draw_running_sum(view);
        handle_editing(view, pinned_);
        hand_.term = hand_.next_term;
        follow(pointed);
    }

    Playback playback() const override {
        Playback playback;
        playback.steps = pinned_.steps();
        playback.step = pinned_.step();
        for (int row = 1; row < pinned_.oh(); ++row) playback.ends.push_back(row * pinned_.ow() - 1);
        playback.query = [columns = pinned_.ow()](int step) { return message("row=", step / columns, "&col=", step % columns); };
        return playback;
    }

    CodeOnShow code() const override {
        static const int line = line_with(find_function(kPath, "conv2d"), kLine);
        const auto count = pinned_.products.size();
        return {kPath, "conv2d", kLine, {message("line ", line, " runs ", count, count == 1 ? " time" : " times", " for this cell"), message("这一格要执行第 ", line, " 行 ", count, " 次")}};
    }

    DataTable data() const override {
        DataTable table{{"channel", "weight_row", "weight_column", "input_row", "input_column", "input", "weight", "product", "running_sum"}, {}};
        for (const Product& t : pinned_.products)
            table.rows.push_back({std::to_string(t.c), std::to_string(t.i), std::to_string(t.j), std::to_string(t.y), std::to_string(t.x), message(t.input), message(t.weight),
                                  message(t.product), message(t.running)});
        table.rows.push_back({"bias", "", "", "", "", "", "", message(pinned_.cell_bias), message(pinned_.cell_value)});
        return table;
    }

    Text describe() const override {
        const Params& p = pinned_.params;
        std::string sums;
        for (const float sum : pinned_.channel_sums) sums += (sums.empty() ? "" : ", ") + number_text(sum);
        const std::string bias = number_text(pinned_.cell_bias), value = number_text(pinned_.cell_value);
        return {message("Filter ", p.filter, " at row ", p.row, ", column ", p.col, " of a ", pinned_.oh(), " × ", pinned_.ow(), " output: the channels contribute ", sums, ", the bias ", bias,
                        ", the output is ", value, "."),
                message("滤波器 ", p.filter, " 在 ", pinned_.oh(), " × ", pinned_.ow(), " 的输出的第 ", p.row, " 行第 ", p.col, " 列：各通道贡献 ", sums, "，偏置 ", bias, "，输出为 ", value, "。")};
    }

    void draw_sign(const Area& area) const override {
        // A window on a plane, and the one number it makes
        const float cell = area.w / 8;
        const Area plane{area.x, area.center().y - 2.5f * cell, 5 * cell, 5 * cell};
        for (int i = 0; i < 25; ++i)
            fill({plane.x + cell * static_cast<float>(i % 5), plane.y + cell * static_cast<float>(i / 5), cell - 1, cell - 1}, input_colour(0.25f + 0.1f * static_cast<float>((i * 7) % 5)), 1);
        kit::frame({plane.x + cell, plane.y + cell, 3 * cell - 1, 3 * cell - 1}, colour(Ink::accent), 1.5f, 1);
        const Area number{area.right() - 1.6f * cell, area.center().y - 0.7f * cell, 1.5f * cell, 1.5f * cell};
        line({plane.right() - cell + 1, area.center().y}, {number.x - 1, area.center().y}, colour(Ink::accent), 1.5f);
        fill(number, colour(Ink::output), 1);
    }

private:
    static constexpr const char* kPath = "lib/src/kernels/reference/conv2d.cpp";
    static constexpr const char* kLine = "sum += weight";

    const Result& shown() const { return hovered_ ? preview_ : pinned_; }

    void hover(int row, int col) {
        Params params = pinned_.params;
        params.row = row, params.col = col;
        preview_ = compute(params);
        hovered_ = {preview_.params.row, preview_.params.col};
    }

    // The next frame shows the sum behind the cell under the pointer
    void follow(const std::optional<std::pair<int, int>>& pointed) {
        if (!pointed) hovered_.reset();
        else if (hovered_ != pointed) hover(pointed->first, pointed->second);
    }

    Result pinned_, preview_;
    std::optional<std::pair<int, int>> hovered_;
    Hand hand_;
    PhotoPair photo_;
};

REGISTER_CHAPTER(ConvolutionFigure);

}  // namespace

}  // namespace convbook::ch01
