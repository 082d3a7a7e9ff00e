// One row a channel, read from left to right: patch, kernel, products, partial sum. The row moves with the window.
#include <algorithm>
#include <cmath>

#include "figure_view.h"

namespace convbook::ch01 {
namespace {

using namespace kit;

std::string spaced(std::initializer_list<int> sizes) {
    std::string words;
    for (const int size : sizes) words += (words.empty() ? "" : " × ") + std::to_string(size);
    return words;
}

// ---- Input -------------------------------------------------------------------------------------------------------------------

bool is_lit_by_page(const View& view, std::string_view name) { return view.host.lit() == name; }

/// Where the image's own cells of channel c stand, inside their padding.
Area image_area(const View& view, int c) {
    const Params& p = view.result.params;
    const float cell = px(view.at.input_cell), ring = cell * static_cast<float>(p.p);
    return {view.at.x_input + ring, view.at.row_top(c) + ring, cell * static_cast<float>(p.w), cell * static_cast<float>(p.h)};
}

/// The cell of the padded input at image coordinates (y, x), which may be outside the image.
Area any_cell(const View& view, int c, int y, int x) {
    const Area image = image_area(view, c);
    const float cell = px(view.at.input_cell);
    return {image.x + cell * static_cast<float>(x), image.y + cell * static_cast<float>(y), cell - std::max(1.0f, px(1)), cell - std::max(1.0f, px(1))};
}

/// The ring of zeros: hair outlines instead of tint, so that it is seen to be added.
void draw_padding(const View& view, int c, bool shows_numbers) {
    const Params& p = view.result.params;
    for (int y = -p.p; y < p.h + p.p; ++y)
        for (int x = -p.p; x < p.w + p.p; ++x) {
            if (y >= 0 && y < p.h && x >= 0 && x < p.w) continue;
            const Area cell = any_cell(view, c, y, x);
            kit::frame(cell, colour(Ink::hair), 1, 2);
            if (shows_numbers) kit::text(cell.center(), Type::cell_small, colour(Ink::ink3), "0", AlignX::center, AlignY::middle);
        }
}

/// A stroke across every cell that no window reads, stronger than the kit's and open where the number stands: this is what the brackets of the formula
/// throw away.
void hatch_unread(const View& view, int c) {
    const Params& p = view.result.params;
    for (int y = 0; y < p.h; ++y)
        for (int x = 0; x < p.w; ++x) {
            if (view.result.is_read(y, x)) continue;
            const Area cell = any_cell(view, c, y, x);
            const float piece = 0.28f * cell.w;
            line({cell.x + 1, cell.bottom() - 1}, {cell.x + piece, cell.bottom() - piece}, colour(Ink::rule), 1);
            line({cell.right() - piece, cell.y + piece}, {cell.right() - 1, cell.y + 1}, colour(Ink::rule), 1);
        }
}

void draw_channel(const View& view, int c) {
    const Result& r = view.result;
    const Params& p = r.params;
    const Area image = image_area(view, c);
    std::vector<float> all(r.input.values().begin(), r.input.values().end());
    const Type type = view.at.input_cell < 23 ? Type::cell_small : Type::cell_strong;
    const int digits = digits_that_fit(all, type, px(view.at.input_cell) - px(1));
    const auto covers = [&](int y, int x) {
        const int i = y - r.first_y(p.row), j = x - r.first_x(p.col);
        return i >= 0 && j >= 0 && i < r.span.h && j < r.span.w && i % p.d == 0 && j % p.d == 0;
    };
    GridLook look;
    look.map = CellMap::input;
    look.limit = std::max(1.0f, *std::max_element(all.begin(), all.end()));
    look.cell = view.at.input_cell;
    look.shows_numbers = digits >= 0;
    look.digits = std::max(0, digits);
    look.value = [&](int y, int x) { return r.input(0, c, y, x); };
    look.is_dim = [&](int y, int x) { return !r.is_read(y, x); };
    look.is_strong = covers;
    draw_padding(view, c, look.shows_numbers);
    draw_grid(image.min(), p.h, p.w, look);
    hatch_unread(view, c);
    const CellHit pointed = hit_grid(("input/" + std::to_string(c)).c_str(), image, p.h, p.w);
    if (pointed.is_on()) {
        view.hand.input_cell = {c, pointed.row, pointed.column};
        view.hand.over = Handle{"input", {c, pointed.row, pointed.column}, r.input(0, c, pointed.row, pointed.column), any_cell(view, c, pointed.row, pointed.column)};
        for (std::size_t t = 0; t < r.products.size(); ++t)
            if (r.products[t].c == c && r.products[t].y == pointed.row && r.products[t].x == pointed.column) view.hand.next_term = static_cast<int>(t);
    }
    if (is_lit_by_page(view, "input")) kit::frame(image.grown(px(3)), colour(Ink::accent), 1.5f, 3);
}

void draw_window(const View& view, int c) {
    const Result& r = view.result;
    const float cell = px(view.at.input_cell);
    const Area image = image_area(view, c);
    const Area window{image.x + cell * view.window_column, image.y + cell * view.window_row, cell * static_cast<float>(r.span.w) - px(1), cell * static_cast<float>(r.span.h) - px(1)};
    kit::frame(window.grown(px(2)), colour(Ink::accent), 2, 3);
}

// ---- Kernel and products -----------------------------------------------------------------------------------------------------

std::vector<float> products_of(const Result& r) {
    std::vector<float> values;
    for (const Product& term : r.products) values.push_back(term.product);
    return values;
}

float largest(const std::vector<float>& values) {
    float limit = 0;
    for (const float value : values) limit = std::max(limit, std::abs(value));
    return limit > 0 ? limit : 1;
}

int first_term(const Result& r, int c) { return c * r.window.h * r.window.w; }

Area draw_kernel(const View& view, int c, float middle) {
    const Result& r = view.result;
    const int o = r.params.filter;
    std::vector<float> weights;
    for (const Product& term : r.products) weights.push_back(term.weight);
    const float cell = px(view.at.kernel_cell);
    GridLook look;
    look.map = CellMap::weights;
    look.limit = largest(weights);
    look.cell = view.at.kernel_cell;
    const int digits = digits_that_fit(weights, look.cell < 23 ? Type::cell_small : Type::cell_medium, cell - px(1));
    look.shows_numbers = digits >= 0;
    look.digits = std::max(0, digits);
    look.has_frame = true;
    look.value = [&](int i, int j) { return r.weights(o, c, i, j); };
    const float wide = cell * static_cast<float>(r.window.w), slot = view.at.kernel_slot;
    const Area grid = draw_grid({view.at.x_kernel + (slot - wide) / 2, middle - cell * static_cast<float>(r.window.h) / 2}, r.window.h, r.window.w, look);
    const CellHit pointed = hit_grid(("weight/" + std::to_string(c)).c_str(), grid, r.window.h, r.window.w);
    if (pointed.is_on()) {
        const bool is_flipped = r.params.flip == "yes";
        const int i = is_flipped ? r.window.h - 1 - pointed.row : pointed.row, j = is_flipped ? r.window.w - 1 - pointed.column : pointed.column;
        view.hand.next_term = first_term(r, c) + pointed.row * r.window.w + pointed.column;
        view.hand.over = Handle{"weights", {o, c, i, j}, r.weights(o, c, pointed.row, pointed.column), cell_area(grid, r.window.h, r.window.w, pointed.row, pointed.column)};
        view.hand.tip_beside = grid;
        view.host.light("weights");
    }
    if (is_lit_by_page(view, "weights")) kit::frame(grid.grown(px(4)), colour(Ink::accent), 1.5f, 4);
    return grid;
}

Area draw_products(const View& view, int c, float middle) {
    const Result& r = view.result;
    const std::vector<float> all = products_of(r);
    GridLook look;
    look.map = CellMap::signed_values;
    look.limit = largest(all);
    look.cell = view.at.product_cell;
    look.cell_height = view.at.kernel_cell;
    const int digits = digits_that_fit(all, look.cell < 23 ? Type::cell_small : Type::cell_medium, px(look.cell) - px(2));
    look.shows_numbers = digits >= 0;
    look.digits = std::max(0, digits);
    look.value = [&](int i, int j) { return all[static_cast<std::size_t>(first_term(r, c) + i * r.window.w + j)]; };
    const float wide = px(look.cell) * static_cast<float>(r.window.w), slot = view.at.product_slot;
    const Area grid = draw_grid({view.at.x_products + (slot - wide) / 2, middle - px(look.cell_height) * static_cast<float>(r.window.h) / 2}, r.window.h, r.window.w, look);
    const CellHit pointed = hit_grid(("product/" + std::to_string(c)).c_str(), grid, r.window.h, r.window.w);
    if (pointed.is_on()) {
        view.hand.next_term = first_term(r, c) + pointed.row * r.window.w + pointed.column;
        view.hand.tip_beside = grid;
    }
    return grid;
}

/// The product under the pointer with its two factors, wherever the pointer is.
void light_term(const View& view, int c, const Area& kernel, const Area& products) {
    const Result& r = view.result;
    if (view.hand.term < 0 || view.hand.term >= static_cast<int>(r.products.size())) return;
    const Product& term = r.products[static_cast<std::size_t>(view.hand.term)];
    if (term.c != c) return;
    kit::frame(any_cell(view, c, term.y, term.x).grown(px(1)), colour(Ink::accent), 2, 3);
    frame_cells(kernel, r.window.h, r.window.w, term.i, term.j, 1, 1, colour(Ink::accent));
    frame_cells(products, r.window.h, r.window.w, term.i, term.j, 1, 1, colour(Ink::accent));
}

void draw_sum(const View& view, int c, float middle) {
    const std::string number = std::to_string(c);
    const float sum = view.result.channel_sums[static_cast<std::size_t>(c)];
    const bool is_lit = is_lit_by_page(view, "cell.sum" + number);
    const std::string words = c == 0 ? number_text(sum) : signed_text(sum);
    const float room = view.at.x_sum - view.at.x_products - view.at.product_slot - px(2);
    const Type type = text_width(Type::answer, words) <= room ? Type::answer : Type::label_strong;
    const float width = kit::text({view.at.x_sum, middle}, type, colour(is_lit ? Ink::accent : Ink::ink), words, AlignX::right, AlignY::middle);
    if (text_width(Type::caption, "c = " + number) <= room)
        kit::text({view.at.x_sum, middle + px(18)}, Type::caption, colour(Ink::ink3), "c = " + number, AlignX::right, AlignY::middle);
    const float dash_right = view.at.x_products + view.at.product_slot + px(13), dash_left = dash_right - px(10);
    if (dash_right + px(4) < view.at.x_sum - width) line({dash_left, middle}, {dash_right, middle}, colour(Ink::hair), 2);
    const Area area{view.at.x_sum - width, middle - px(12), width, px(24)};
    if (hit(("sum/" + number).c_str(), area, Cursor::arrow, false).is_hovered) view.host.light("cell.sum" + number);
}

// ---- Tooltips ----------------------------------------------------------------------------------------------------------------

void explain_term(const View& view) {
    const Result& r = view.result;
    if (view.hand.next_term < 0 || view.hand.tip_beside.w <= 0 || view.hand.held || view.hand.typing) return;
    const Product& term = r.products[static_cast<std::size_t>(view.hand.next_term)];
    const std::string factors = number_text(term.input) + " × " + number_text(term.weight);
    std::vector<TipLine> lines = {{factors, number_text(term.product), colour(Ink::ink)},
                                  {tr({"running sum", "累计"}), number_text(term.running), colour(Ink::accent)}};
    if (term.is_padding) lines.push_back({tr({"outside the image: reads 0", "图外：读作 0"}), "", 0});
    else lines.push_back({tr({"this weight is used at", "这个权重用在"}), message(r.steps(), tr({" positions", " 个位置"})), colour(Ink::weights)});
    // Below or above the row, so that patch, kernel and products stay in sight
    const Area& beside = view.hand.tip_beside;
    tooltip(beside, lines, {view.at.x_input, beside.y - px(2), view.at.x_line - view.at.x_input, beside.h + px(4)});
}

/// Under its plane: which channel, or what the pointer is on; a card would hide the very cells that it is about.
std::string channel_words(const View& view, int c) {
    const Result& r = view.result;
    const bool is_zh = ui().language == Language::zh;
    const auto& cell = view.hand.input_cell;
    if (!cell || cell->front() != c) {
        const auto unread = std::count(r.feeds.begin(), r.feeds.end(), 0);
        const std::string name = tr({"channel ", "通道 "}) + std::to_string(c);
        return unread == 0 ? name : name + (is_zh ? message(" · ", unread, " 格读不到") : message(" · ", unread, unread == 1 ? " cell" : " cells", " never read"));
    }
    const int feeds = r.feeds[static_cast<std::size_t>((*cell)[1]) * r.params.w + (*cell)[2]];
    const std::string place = message("(", (*cell)[1], ", ", (*cell)[2], ") = ") + number_text(r.input(0, c, (*cell)[1], (*cell)[2]));
    if (feeds == 0) return place + tr({" · never read", " · 读不到"});
    return place + (is_zh ? message(" · 影响输出 ", feeds, " 格") : message(" · feeds ", feeds, feeds == 1 ? " output cell" : " output cells"));
}

void draw_row(const View& view, int c) {
    const Result& r = view.result;
    draw_channel(view, c);
    draw_window(view, c);
    const float middle = row_middle(view, c);
    const Area kernel = draw_kernel(view, c, middle);
    const Area products = draw_products(view, c, middle);
    kit::text({view.at.x_times, middle}, Type::table, colour(Ink::ink2), "×", AlignX::center, AlignY::middle);
    kit::text({view.at.x_equals, middle}, Type::table, colour(Ink::ink2), "=", AlignX::center, AlignY::middle);
    draw_sum(view, c, middle);
    light_term(view, c, kernel, products);
    const float bottom = view.at.row_top(c) + px(view.at.input_cell) * static_cast<float>(r.params.h + 2 * r.params.p);
    if (view.at.has_labels) kit::text({view.at.x_input, bottom + px(11)}, Type::caption, colour(Ink::ink3), channel_words(view, c), AlignX::left, AlignY::middle);
}

}  // namespace

float row_middle(const View& view, int c) {
    const Result& r = view.result;
    const float half = px(view.at.kernel_cell) * static_cast<float>(r.window.h) / 2;
    const float center = view.at.row_top(c) + px(view.at.input_cell) * (static_cast<float>(r.params.p) + view.window_row + static_cast<float>(r.span.h) / 2);
    // Below the last row's sum stands the bias
    const bool is_last = c + 1 == r.params.cin;
    const float low = view.at.row_top(c) + half, high = std::max(low, view.at.row_top(c) + view.at.pitch - std::max(half + px(4), is_last ? px(64) : px(30)));
    return std::round(std::clamp(center, low, high));
}

void draw_rows(const View& view) {
    const Result& r = view.result;
    const Params& p = r.params;
    draw_header({view.at.x_input, view.at.header}, view.at.x_kernel - view.at.x_input - px(8), colour(Ink::input), tr({"Input", "输入"}), spaced({p.cin, p.h, p.w}));
    draw_header({view.at.x_kernel, view.at.header}, view.at.x_products - view.at.x_kernel - px(8), colour(Ink::weights), tr({"Filter ", "滤波器 "}) + std::to_string(p.filter),
                spaced({p.cin, r.window.h, r.window.w}));
    draw_header({view.at.x_products, view.at.header}, view.at.x_line - view.at.x_products - px(8), colour(Ink::ink), tr({"Products", "乘积"}), tr({"input × weight", "输入 × 权重"}));
    for (int c = 0; c < p.cin; ++c) draw_row(view, c);
    if (!view.hand.input_cell) explain_term(view);
}

}  // namespace convbook::ch01
