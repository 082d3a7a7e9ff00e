// The chapter's computation: builds the state's tensors, runs the library's conv2d, and writes out the sum behind one cell beside it.
// Leaves out the fixed material (lesson_material.cpp), the names of results (lesson_values.cpp) and every way of showing them.
#include "lesson.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "convbook/cost.h"
#include "lesson_material.h"

namespace convbook::ch01 {
namespace {

struct Edit {
    std::vector<int> place;
    float value = 0;
};

float parse_typed(const std::string& key, const std::string& text) {
    char* end = nullptr;
    const float value = std::strtof(text.c_str(), &end);
    const bool is_number = !text.empty() && end == text.c_str() + text.size() && std::isfinite(value);
    CONVBOOK_REQUIRE(is_number && std::abs(value) <= kLargestTyped, key, ": a typed value is a number from -99 to 99; found \"", text, "\". Write for example ",
                     key == "bias" ? "0:2" : key == "input" ? "0.2.3:9" : "0.1.2.0:-3", ".");
    return value;
}

// "0.2.3:9,1.0.0:-4" with `limits.size()` indices each
std::vector<Edit> parse_edits(const std::string& key, const std::string& text, const std::vector<int>& limits) {
    std::vector<Edit> edits;
    for (std::size_t at = 0; !text.empty() && at <= text.size();) {
        // Cut one place:value off
        const std::size_t end = std::min(text.find(',', at), text.size()), colon = text.find(':', at);
        CONVBOOK_REQUIRE(colon < end, key, ": typed values are place:value, comma between two; found \"", text.substr(at, end - at), "\". Write for example ",
                         key == "bias" ? "0:2" : key == "input" ? "0.2.3:9" : "0.1.2.0:-3", ".");
        Edit edit{{}, parse_typed(key, text.substr(colon + 1, end - colon - 1))};
        // Read the indices between the dots
        for (std::size_t from = at; from <= colon;) {
            const std::size_t dot = std::min(text.find('.', from), colon);
            edit.place.push_back(detail::parse_whole_number(key, text.substr(from, dot - from)));
            from = dot + 1;
        }
        CONVBOOK_REQUIRE(edit.place.size() == limits.size(), key, ": a place has ", limits.size(), " numbers; \"", text.substr(at, colon - at), "\" has ",
                         edit.place.size(), ". ", key == "bias" ? "It is the filter." : key == "input" ? "They are channel.row.column." : "They are filter.channel.row.column.");
        for (std::size_t axis = 0; axis < limits.size(); ++axis)
            CONVBOOK_REQUIRE(edit.place[axis] >= 0 && edit.place[axis] < limits[axis], key, ": number ", axis + 1, " of place \"", text.substr(at, colon - at),
                             "\" counts from 0 to ", limits[axis] - 1, "; found ", edit.place[axis], ".");
        edits.push_back(std::move(edit));
        at = end + 1;
    }
    return edits;
}

const std::vector<int> kInputLimits = {kMaxChannels, kMaxSize, kMaxSize}, kWeightLimits = {kMaxFilters, kMaxChannels, 5, 5}, kBiasLimits = {kMaxFilters};

const std::vector<int>& limits_of(std::size_t indices) { return indices == 3 ? kInputLimits : indices == 4 ? kWeightLimits : kBiasLimits; }

std::string to_text(const std::vector<Edit>& edits) {
    std::string text;
    for (const Edit& edit : edits) {
        text += text.empty() ? "" : ",";
        for (std::size_t axis = 0; axis < edit.place.size(); ++axis) text += (axis ? "." : "") + std::to_string(edit.place[axis]);
        text += message(":", edit.value);
    }
    return text;
}

// Edits of places that the present sizes do not have wait until they do
void apply_edits(Tensor& tensor, const std::vector<Edit>& edits) {
    const Shape& shape = tensor.shape();
    for (const Edit& edit : edits) {
        const auto& at = edit.place;
        const int n = at.size() == 4 ? at[0] : 0, c = at.size() == 4 ? at[1] : at.size() == 3 ? at[0] : 0;
        const int y = at.size() >= 3 ? at[at.size() - 2] : 0, x = at.back();
        if (n < shape.n && c < shape.c && y < shape.h && x < shape.w) tensor(n, c, y, x) = edit.value;
    }
}

// A member of text whose form is checked when it is read, so that a bad link says what is wrong with it
Member<Params> edits_member(std::string key, std::string Params::*member, Text label, const std::vector<int>& limits) {
    Member<Params> result = words(key, member, std::move(label), {});
    result.set = [key, member, &limits](Params& p, const std::string& text) {
        parse_edits(key, text, limits);
        p.*member = text;
    };
    return result;
}

Member<Params> window_member() {
    Member<Params> member = words("k", &Params::k, Text{"Kernel", "卷积核"}, {"1", "2", "3", "3x5", "5"}, true);
    member.field.role = Role::weights;
    for (const char* k : {"1", "2", "3", "5"}) member.field.shown[k] = {std::string(k) + " × " + k, std::string(k) + " × " + k};
    member.field.shown["3x5"] = {"3 × 5", "3 × 5"};
    return member;
}

Member<Params> preset_member() {
    Member<Params> member = words("preset", &Params::preset, Text{"Kernels", "卷积核内容"}, {"picture", "blur", "sharpen", "sobel", "emboss", "random", "init"});
    member.field.shown = {{"picture", {"picture", "图中的"}}, {"blur", {"blur", "模糊"}}, {"sharpen", {"sharpening", "锐化"}}, {"sobel", {"Sobel", "Sobel "}},
                          {"emboss", {"emboss", "浮雕"}}, {"random", {"random", "随机"}}, {"init", {"untrained", "未训练的"}}};
    return member;
}

Member<Params> hidden_number(std::string key, int Params::*member, Text label, int last, int first = 0) {
    std::vector<int> legal;
    for (int value = first; value <= last; ++value) legal.push_back(value);
    Member<Params> result = whole_number(std::move(key), member, std::move(label), Role::none, std::move(legal));
    result.field.is_slider = false;
    return result;
}

// The state's filters: preset, typed weights, then the half turn of a mathematician's convolution
Tensor build_weights(const Params& params) {
    const Pair window = window_of(params.k);
    Tensor weights = preset_weights(params.preset, params.cout, params.cin, window);
    apply_edits(weights, parse_edits("weights", params.weights, kWeightLimits));
    if (params.flip == "no") return weights;
    Tensor turned(weights.shape());
    for (int o = 0; o < params.cout; ++o)
        for (int c = 0; c < params.cin; ++c)
            for (int i = 0; i < window.h; ++i)
                for (int j = 0; j < window.w; ++j) turned(o, c, i, j) = weights(o, c, window.h - 1 - i, window.w - 1 - j);
    return turned;
}

void pin_nearest(Result& result) {
    Params& p = result.params;
    p.filter = std::min(p.filter, p.cout - 1);
    p.row = std::min(p.row, result.oh() - 1);
    p.col = std::min(p.col, result.ow() - 1);
}

// The sum behind the pinned cell, term by term in the order of the loops, bias last
void write_out_cell(Result& result) {
    const Params& p = result.params;
    float running = 0;
    for (int c = 0; c < p.cin; ++c) {
        float channel_sum = 0;
        for (int i = 0; i < result.window.h; ++i)
            for (int j = 0; j < result.window.w; ++j) {
                Product term{c, i, j, result.first_y(p.row) + i * p.d, result.first_x(p.col) + j * p.d};
                term.is_padding = term.y < 0 || term.y >= p.h || term.x < 0 || term.x >= p.w;
                term.input = term.is_padding ? 0.0f : result.input(0, c, term.y, term.x);
                term.weight = result.weights(p.filter, c, i, j);
                term.product = term.input * term.weight;
                channel_sum += term.product;
                term.running = running += term.product;
                result.products.push_back(term);
            }
        result.channel_sums.push_back(channel_sum);
    }
    result.cell_bias = result.bias(0, 0, 0, p.filter);
    result.cell_value = result.output(0, p.filter, p.row, p.col);
}

// Which input cells are read, and by how many cells of one output channel
void count_readers(Result& result) {
    const Params& p = result.params;
    result.feeds.assign(static_cast<std::size_t>(p.h) * p.w, 0);
    for (int row = 0; row < result.oh(); ++row)
        for (int col = 0; col < result.ow(); ++col)
            for (int i = 0; i < result.window.h; ++i)
                for (int j = 0; j < result.window.w; ++j) {
                    const int y = result.first_y(row) + i * p.d, x = result.first_x(col) + j * p.d;
                    if (y >= 0 && y < p.h && x >= 0 && x < p.w) ++result.feeds[static_cast<std::size_t>(y) * p.w + x];
                }
    result.unread_rows = std::max(0, p.h - (result.first_y(result.oh() - 1) + result.span.h));
    result.unread_columns = std::max(0, p.w - (result.first_x(result.ow() - 1) + result.span.w));
}

bool preset_fits(const Params& p) {
    const Pair window = window_of(p.k);
    return std::min(window.h, window.w) >= smallest_window(p.preset);
}

bool window_fits(const Params& p) {
    const Pair window = window_of(p.k);
    return effective_kernel(window.h, p.d) <= p.h + 2 * p.p && effective_kernel(window.w, p.d) <= p.w + 2 * p.p;
}

// The first key some of whose values would work
void suggest(Refusal& refusal, const Params& params) {
    for (const auto& member : members()) {
        if (member.field.key != "k" && member.field.key != "p" && member.field.key != "d") continue;
        std::vector<std::string> working;
        for (const std::string& value : member.field.legal) {
            Params tried = params;
            member.set(tried, value);
            if (preset_fits(tried) && window_fits(tried)) working.push_back(value);
        }
        if (working.empty()) continue;
        refusal.key = member.field.key;
        refusal.working = std::move(working);
        return;
    }
}

}  // namespace

Pair window_of(const std::string& k) { return k == "3x5" ? Pair(3, 5) : Pair(std::atoi(k.c_str())); }

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = [] {
        std::vector<Member<Params>> all = {
            whole_number("cin", &Params::cin, Text{"Channels in", "输入通道"}, Role::input, {1, 2, 3, 4}),
            whole_number("cout", &Params::cout, Text{"Filters", "滤波器"}, Role::output, {1, 2, 3, 4}),
            window_member(),
            whole_number("s", &Params::s, Text{"Stride", "步幅"}, Role::none, {1, 2, 3, 4}),
            whole_number("p", &Params::p, Text{"Padding", "填充"}, Role::none, {0, 1, 2}),
            hidden_number("d", &Params::d, Text{"Dilation", "膨胀率"}, 3, 1),
            hidden_number("h", &Params::h, Text{"Input rows", "输入行数"}, kMaxSize, 3),
            hidden_number("w", &Params::w, Text{"Input columns", "输入列数"}, kMaxSize, 3),
            preset_member(),
            words("flip", &Params::flip, Text{"Flip the kernels", "翻转卷积核"}, {"no", "yes"}),
            hidden_number("filter", &Params::filter, Text{"Filter shown", "显示的滤波器"}, kMaxFilters - 1),
            hidden_number("row", &Params::row, Text{"Row of the pinned cell", "固定单元所在行"}, kMaxSize + 3),
            hidden_number("col", &Params::col, Text{"Column of the pinned cell", "固定单元所在列"}, kMaxSize + 3),
            edits_member("input", &Params::input, Text{"Typed input cells", "改过的输入单元"}, kInputLimits),
            edits_member("weights", &Params::weights, Text{"Typed weights", "改过的权重"}, kWeightLimits),
            edits_member("bias", &Params::bias, Text{"Typed biases", "改过的偏置"}, kBiasLimits),
        };
        return all;
    }();
    return list;
}

std::string with_edit(const std::string& edits, const std::vector<int>& place, float value) {
    std::vector<Edit> all = parse_edits("edit", edits, limits_of(place.size()));
    std::erase_if(all, [&](const Edit& edit) { return edit.place == place; });
    all.push_back({place, value});
    return to_text(all);
}

std::string without_edit(const std::string& edits, const std::vector<int>& place) {
    std::vector<Edit> all = parse_edits("edit", edits, limits_of(place.size()));
    std::erase_if(all, [&](const Edit& edit) { return edit.place == place; });
    return to_text(all);
}

std::optional<Refusal> refuse(const Params& params) {
    const Pair window = window_of(params.k);
    Refusal refusal;
    if (!preset_fits(params)) {
        const int least = smallest_window(params.preset);
        static const auto names = preset_member().field.shown;
        const Text& name = names.at(params.preset);
        refusal.what = {message("The ", name.en, " kernel does not fit into a window of ", window.h, " × ", window.w, "."),
                        message(name.zh, "卷积核放不进 ", window.h, " × ", window.w, " 的窗口。")};
        refusal.why = {message("It compares a cell with its neighbours on both sides, so it needs at least ", least, " × ", least, "."),
                       message("它要把一个单元与两侧的邻居相比，至少需要 ", least, " × ", least, "。")};
        suggest(refusal, params);
        return refusal;
    }
    if (window_fits(params)) return {};
    const int span_h = effective_kernel(window.h, params.d), span_w = effective_kernel(window.w, params.d);
    const int padded_h = params.h + 2 * params.p, padded_w = params.w + 2 * params.p;
    refusal.what = {message("A window that spans ", span_h, " × ", span_w, " cells does not fit into ", padded_h, " × ", padded_w, " cells."),
                    message("跨度为 ", span_h, " × ", span_w, " 的窗口放不进 ", padded_h, " × ", padded_w, " 的输入。")};
    refusal.why = {message("The input is ", params.h, " × ", params.w, " and padding adds ", params.p, " on every side: there is no place to stand, so there is no output."),
                   message("输入是 ", params.h, " × ", params.w, "，填充在每一侧加 ", params.p, "：窗口没有落脚之处，也就没有输出。")};
    suggest(refusal, params);
    return refusal;
}

Result compute(const Params& params) {
    if (const auto refusal = refuse(params)) throw Error("chapter 01: " + refusal->what.en + " " + refusal->why.en);
    Result result;
    result.params = params;
    result.window = window_of(params.k);
    result.span = {effective_kernel(result.window.h, params.d), effective_kernel(result.window.w, params.d)};
    result.conv.stride = params.s;
    result.conv.padding = params.p;
    result.conv.dilation = params.d;
    result.input = scene(params.cin, params.h, params.w);
    apply_edits(result.input, parse_edits("input", params.input, kInputLimits));
    result.weights = build_weights(params);
    result.bias = preset_bias(params.preset, params.cout, params.cin, result.window);
    apply_edits(result.bias, parse_edits("bias", params.bias, kBiasLimits));
    result.output = conv2d(result.input, result.weights, result.bias, result.conv);
    pin_nearest(result);
    write_out_cell(result);
    count_readers(result);
    for (const float value : result.output.values()) result.limit = std::max(result.limit, std::abs(value));
    return result;
}

Tensor filter_image(const Result& result, TensorView image) {
    const Shape one(1, result.params.cin, result.window.h, result.window.w);
    const TensorView filter{result.weights.data() + one.count() * static_cast<std::size_t>(result.params.filter), one};
    return conv2d(image, filter, {}, result.conv);
}

float difference_from_definition(const Result& result) {
    const Params& p = result.params;
    float largest = 0;
    for (int o = 0; o < p.cout; ++o)
        for (int row = 0; row < result.oh(); ++row)
            for (int col = 0; col < result.ow(); ++col) {
                double sum = result.bias(0, 0, 0, o);
                for (int c = 0; c < p.cin; ++c)
                    for (int i = 0; i < result.window.h; ++i)
                        for (int j = 0; j < result.window.w; ++j) {
                            const int y = result.first_y(row) + i * p.d, x = result.first_x(col) + j * p.d;
                            if (y >= 0 && y < p.h && x >= 0 && x < p.w) sum += static_cast<double>(result.weights(o, c, i, j)) * result.input(0, c, y, x);
                        }
                largest = std::max(largest, static_cast<float>(std::abs(sum - result.output(0, o, row, col))));
            }
    return largest;
}

REGISTER_LESSON(members(), refuse, values);

}  // namespace convbook::ch01
