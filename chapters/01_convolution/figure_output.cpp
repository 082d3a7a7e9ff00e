// The output side: the main output cell by cell, the other filters' outputs, their common scale, the photo through the same filter, the presets.
#include <algorithm>
#include <array>
#include <cmath>

#include "convbook/embedded.h"
#include "figure_view.h"
#include "kit/widgets.h"

namespace convbook::ch01 {
namespace {

using namespace kit;

std::vector<float> channel_values(const Result& r, int o) {
    const auto all = r.output.values();
    const std::size_t plane = static_cast<std::size_t>(r.steps());
    return {all.begin() + static_cast<long>(plane * o), all.begin() + static_cast<long>(plane * (o + 1))};
}

/// Which output cells read the input cell under the pointer.
bool reads(const Result& r, int row, int col, const std::vector<int>& cell) {
    const int i = cell[1] - r.first_y(row), j = cell[2] - r.first_x(col);
    return i >= 0 && j >= 0 && i < r.span.h && j < r.span.w && i % r.params.d == 0 && j % r.params.d == 0;
}

void light_readers(const View& view, const Area& grid) {
    const Result& r = view.result;
    if (!view.hand.input_cell) return;
    for (int row = 0; row < r.oh(); ++row)
        for (int col = 0; col < r.ow(); ++col)
            if (reads(r, row, col, *view.hand.input_cell)) kit::frame(cell_area(grid, r.oh(), r.ow(), row, col).inset(px(0.5f)), colour(Ink::accent), 2, 2);
}

Area draw_plane(const View& view, ImVec2 at, int o, float cell, bool shows_numbers) {
    const Result& r = view.result;
    const std::vector<float> all = channel_values(r, o);
    GridLook look;
    look.map = CellMap::signed_values;
    look.limit = r.limit;
    look.cell = cell;
    int digits = digits_that_fit(all, cell < 23 ? Type::cell_small : Type::cell_medium, px(cell) - px(1));
    if (digits < 0 && cell >= 23 && cell < 26) {
        // A pixel less, and the smaller figures fit
        look.cell = 22.9f;
        digits = digits_that_fit(all, Type::cell_small, px(look.cell));
        if (digits < 0) look.cell = cell;
    }
    look.shows_numbers = shows_numbers && digits >= 0;
    look.digits = std::max(0, digits);
    look.value = [&](int row, int col) { return all[static_cast<std::size_t>(row * r.ow() + col)]; };
    look.is_strong = [&](int row, int col) { return shows_numbers && row == r.params.row && col == r.params.col; };
    return draw_grid(at, r.oh(), r.ow(), look);
}

float cell_for(const Result& r, float side) { return std::max(4.0f, std::floor(side / static_cast<float>(std::max(r.oh(), r.ow())))); }

void explain_output(const View& view, const Area& grid, int o, int row, int col) {
    const Result& r = view.result;
    const std::string name = ui().language == Language::zh ? message("输出 ", o, "，第 ", row, " 行，第 ", col, " 列") : message("output ", o, ", row ", row, ", column ", col);
    tooltip(cell_area(grid, r.oh(), r.ow(), row, col), {{name, number_text(r.output(0, o, row, col)), colour(Ink::output)}});
}

// ---- The other filters -------------------------------------------------------------------------------------------------------

float draw_others(const View& view, ImVec2 at, float width) {
    const Result& r = view.result;
    const int others = r.params.cout - 1;
    if (others == 0) return 0;
    const float side = others == 1 ? (view.host.is_compact ? 90.0f : 108.0f) * view.at.unit : (width / scale() - 8.0f * static_cast<float>(others - 1)) / static_cast<float>(others);
    const float cell = std::min(22.0f * view.at.unit, cell_for(r, side));
    int place = 0;
    for (int o = 0; o < r.params.cout; ++o) {
        if (o == r.params.filter) continue;
        const ImVec2 corner{at.x + static_cast<float>(place) * px(side + 8), at.y};
        const std::string number = std::to_string(o), name = others < 3 && place == 0 ? tr({"Output ", "输出 "}) + number : number;
        if (others == 1) draw_header({corner.x, corner.y + px(8)}, width, colour(Ink::ink2), name, tr({"filter ", "滤波器 "}) + number);
        else kit::text({corner.x, corner.y + px(8)}, Type::label_strong, colour(Ink::ink2), name, AlignX::left, AlignY::middle);
        const Area grid = draw_plane(view, {corner.x, corner.y + px(22)}, o, cell, false);
        light_readers(view, grid);
        const CellHit pointed = hit_grid(("other/" + number).c_str(), grid, r.oh(), r.ow());
        if (pointed.is_on()) explain_output(view, grid, o, pointed.row, pointed.column);
        if (pointed.was_clicked) view.host.set_query(message("filter=", o, "&row=", pointed.row, "&col=", pointed.column));
        ++place;
    }
    return px(22) + px(cell) * static_cast<float>(r.oh());
}

// ---- Presets -----------------------------------------------------------------------------------------------------------------

struct Preset { const char* name; Text words; };
const std::array<Preset, 7>& presets() {
    static const std::array<Preset, 7> list = {{{"picture", {"as drawn", "图中"}}, {"blur", {"blur", "模糊"}}, {"sobel", {"Sobel", "Sobel"}}, {"sharpen", {"sharpen", "锐化"}},
                                                {"emboss", {"emboss", "浮雕"}}, {"random", {"random", "随机"}}, {"init", {"untrained", "未训练"}}}};
    return list;
}

float draw_presets(const View& view, ImVec2 at, float width, const std::string& chosen) {
    const float row = px(22);
    float x = at.x, y = at.y;
    for (const Preset& preset : presets()) {
        const float w = text_width(Type::label, tr(preset.words));
        if (x > at.x && x + w > at.x + width) x = at.x, y += row;
        const bool is_chosen = chosen == preset.name;
        // Another set of kernels begins without the weights that were typed into the last one
        if (words_link((std::string("preset/") + preset.name).c_str(), {x, y}, Type::label, tr(preset.words), is_chosen))
            view.host.set_query(std::string("weights=&bias=&preset=") + preset.name);
        x += w + px(12);
    }
    return y + row - at.y;
}

float draw_flip(const View& view, ImVec2 at, float width) {
    bool is_on = view.result.params.flip == "yes";
    if (toggle("flip", at, is_on)) view.host.set("flip", is_on ? "yes" : "no");
    const std::string words = tr({"flip: convolution", "翻转：真卷积"});
    if (px(46) + text_width(Type::label, words) <= width + px(8)) kit::text({at.x + px(46), at.y + px(10)}, Type::label, colour(Ink::ink2), words, AlignX::left, AlignY::middle);
    return px(24);
}

}  // namespace

std::optional<std::pair<int, int>> draw_output(const View& view, const Result& pinned, Area& grid) {
    const Result& r = view.result;
    const float right = view.host.area.right();
    draw_header({view.at.x_output, view.at.header}, right - view.at.x_output, colour(Ink::output), tr({"Output ", "输出 "}) + std::to_string(r.params.filter),
                message(r.oh(), " × ", r.ow()));
    grid = draw_plane(view, {view.at.x_output, view.at.top}, r.params.filter, view.at.output_cell, true);
    light_readers(view, grid);
    frame_cells(grid, r.oh(), r.ow(), r.params.row, r.params.col, 1, 1, colour(Ink::accent), 2.5f);
    if (pinned.params.row != r.params.row || pinned.params.col != r.params.col)
        frame_cells(grid, r.oh(), r.ow(), pinned.params.row, pinned.params.col, 1, 1, with_alpha(colour(Ink::accent), 0.45f), 1.5f);
    if (view.host.lit() == "output") kit::frame(grid.grown(px(3)), colour(Ink::accent), 1.5f, 3);
    const CellHit pointed = hit_grid("output", grid, r.oh(), r.ow());
    if (!pointed.is_on()) return {};
    view.host.light("cell.value");
    if (pointed.was_clicked) view.host.set_query(message("row=", pointed.row, "&col=", pointed.column));
    return std::pair(pointed.row, pointed.column);
}

void draw_output_side(const View& view, const Result& pinned, const Area& grid, const PhotoPair& photo) {
    const Result& r = view.result;
    const float width = px(std::floor(150 * view.at.unit)), x = view.at.x_output, bottom = view.at.has_chart ? view.at.chart.y : view.host.area.bottom();
    float y = grid.bottom() + px(20);
    if (const float used = draw_others(view, {x, y}, width); used > 0) y += used + px(view.host.is_compact ? 14 : 20);
    if (y + px(46) < bottom) scale_signed({x, y}, width, r.limit, tr({"value, no unit", "数值，无单位"}));
    y += px(view.host.is_compact ? 56 : 62);
    const float side = (width - px(6)) / 2;
    if (y + side + px(20) < bottom) {
        photo.draw({x, y}, side, pinned.params.filter);
        y += side + px(view.host.is_compact ? 22 : 26);
    }
    if (y + px(62) < bottom) y += draw_presets(view, {x, y}, width, pinned.params.preset) + px(4);
    if (y + px(20) <= bottom) draw_flip(view, {x, y}, width);
}

// ---- The photo ---------------------------------------------------------------------------------------------------------------

namespace {

constexpr int kPhotoSide = 144;  // twice the picture's 72: sharp on dense screens, filtered in about a millisecond

Image embedded_photo() {
    for (const auto& file : embedded::assets())
        if (file.path == "photos/coffee.jpg") return decode_image(file.bytes, std::string(file.path));
    throw Error("chapter 01: assets/photos/coffee.jpg was not built into the program. Build again.");
}

/// Red, green, blue and, for a fourth channel, their mean; a single channel is that mean. Values 0..1.
Tensor planes_of(const Image& image, int channels) {
    Tensor planes(Shape::of({channels, image.height, image.width}));
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const float grey = static_cast<float>(image.at(x, y, 0) + image.at(x, y, 1) + image.at(x, y, 2)) / 765.0f;
            for (int c = 0; c < channels; ++c) planes(0, c, y, x) = c == 3 || channels == 1 ? grey : static_cast<float>(image.at(x, y, c)) / 255.0f;
        }
    return planes;
}

/// The magnitude that all but one value in twenty stay below: a few bright rims must not make everything else pale.
float usual_limit(TensorView tensor) {
    std::vector<float> sizes;
    for (const float value : tensor.values()) sizes.push_back(std::abs(value));
    const auto place = sizes.begin() + static_cast<long>(sizes.size() * 95 / 100);
    std::nth_element(sizes.begin(), place, sizes.end());
    return std::max(*place, 1e-6f);
}

}  // namespace

void PhotoPair::filter(const Result& result) {
    if (photo_.rgb.empty()) photo_ = resize_bilinear(center_crop(embedded_photo(), 320, 320), kPhotoSide, kPhotoSide);
    if (planes_.is_empty() || planes_.shape().c != result.params.cin) planes_ = planes_of(photo_, result.params.cin);
    response_ = filter_image(result, planes_);
}

void PhotoPair::colour_response(const Result& result) {
    // A filter whose weights add up to something keeps the picture: show grey. One that adds up to nothing shows differences: show signs
    const std::size_t count = static_cast<std::size_t>(result.params.cin) * result.window.h * result.window.w;
    const float* weights = result.weights.data() + count * static_cast<std::size_t>(result.params.filter);
    float sum = 0, size = 0;
    for (std::size_t i = 0; i < count; ++i) sum += weights[i], size += std::abs(weights[i]);
    const bool keeps_picture = sum > 0.05f * size;
    const float limit = keeps_picture ? sum : usual_limit(response_);
    filtered_.upload_channel(response_, 0, 0, [&](float value) {
        if (!keeps_picture) return signed_colour(value, limit);
        const auto grey = static_cast<unsigned>(std::clamp(value / limit, 0.0f, 1.0f) * 255.0f + 0.5f);
        return static_cast<Colour>(IM_COL32(grey, grey, grey, 255));
    });
}

void PhotoPair::update(const Result& result) {
    // Only the filter and the window's steps matter here, not which cell is pinned
    Params relevant = result.params;
    relevant.row = relevant.col = 0;
    relevant.input.clear();
    const std::string state = to_query(to_settings(members(), relevant));
    const bool is_stale = response_.is_empty() || state != state_;
    if (!is_stale && is_dark_ == ui().is_dark && !filtered_.is_empty()) return;
    if (is_stale) filter(result);
    colour_response(result);
    if (shown_.is_empty()) shown_.upload(photo_);
    state_ = state;
    is_dark_ = ui().is_dark;
}

void PhotoPair::draw(ImVec2 at, float side, int filter) const {
    const Area left{at.x, at.y, side, side}, right{at.x + side + px(6), at.y, side, side};
    shown_.draw(left);
    filtered_.draw(right);
    kit::text({left.x, left.bottom() + px(4)}, Type::caption, colour(Ink::ink3), tr({"photo", "照片"}));
    kit::text({right.x, right.bottom() + px(4)}, Type::caption, colour(Ink::ink3), tr({"filter ", "滤波器 "}) + std::to_string(filter));
}

}  // namespace convbook::ch01
