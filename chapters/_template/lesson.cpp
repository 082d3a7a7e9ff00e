// The computation of the sliding window. Leaves out every way of showing it.
#include "lesson.h"

#include <algorithm>

#include "convbook/ops.h"

namespace convbook::template_chapter {

namespace {

// Set by the transport, links and options; the figure has no slider for it
Member<Params> without_slider(Member<Params> member) {
    member.field.is_slider = false;
    return member;
}

}  // namespace

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = {
        whole_number("w", &Params::w, Text{"Cells in the row", "一行的格数"}, Role::input, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}),
        whole_number("k", &Params::k, Text{"Window", "窗口"}, Role::weights, {1, 2, 3, 4, 5}),
        whole_number("s", &Params::s, Text{"Step", "步幅"}, Role::accent, {1, 2, 3}),
        without_slider(whole_number("at", &Params::at, Text{"Position shown", "所示位置"}, Role::none, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})),
    };
    return list;
}

std::optional<Refusal> refuse(const Params& params) {
    if (params.k <= params.w) return {};
    Refusal refusal;
    refusal.what = {message("A window of ", params.k, " does not fit into ", params.w, " cells."), message("大小为 ", params.k, " 的窗口放不进 ", params.w, " 个格子。")};
    refusal.why = {"It would have no place to stand.", "它没有可以停留的位置。"};
    refusal.key = "k";
    for (int k = 1; k <= params.w; ++k) refusal.working.push_back(std::to_string(k));
    return refusal;
}

Result compute(const Params& params) {
    ConvParams window;
    window.stride = {params.s, params.s};
    Result result;
    result.params = params;
    result.positions = conv_output_shape({1, 1, params.k, params.w}, {1, 1, params.k, params.k}, window).w;
    result.first = std::min(params.at, result.positions - 1) * params.s;
    result.visits.assign(static_cast<std::size_t>(params.w), 0);
    for (int position = 0; position < result.positions; ++position)
        for (int i = 0; i < params.k; ++i) ++result.visits[static_cast<std::size_t>(position * params.s + i)];
    result.unused = params.w - ((result.positions - 1) * params.s + params.k);
    return result;
}

Values values(const Params& params) {
    const Result result = compute(params);
    Values out;
    out.add("row.cells", static_cast<long long>(params.w), Role::input);
    out.add("window.cells", static_cast<long long>(params.k), Role::weights);
    out.add("window.step", static_cast<long long>(params.s), Role::accent);
    out.add("window.positions", static_cast<long long>(result.positions), Role::output);
    out.add("window.unused", static_cast<long long>(result.unused));
    return out;
}

REGISTER_LESSON(members(), refuse, values);

}  // namespace convbook::template_chapter
