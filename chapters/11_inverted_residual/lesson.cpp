#include "lesson.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "convbook/ops.h"

namespace convbook::ch11 {

const std::vector<Member<Params>>& members() {
    static const std::vector<Member<Params>> list = [] {
        auto h = whole_number("h", &Params::h, {"Height, width", "高与宽"}, Role::none, {7, 14, 28, 56, 112});
        auto step = whole_number("step", &Params::step, {"Step", "步骤"}, Role::none, {1, 2, 3});
        h.field.is_slider = step.field.is_slider = false;
        return std::vector<Member<Params>>{
            whole_number("t", &Params::t, {"Expansion t", "扩张倍数 t"}, Role::weights, {1, 2, 3, 4, 6, 8}),
            whole_number("cin", &Params::cin, {"Channels in", "输入通道数"}, Role::input, {16, 24, 32, 64, 96}),
            whole_number("cout", &Params::cout, {"Channels out", "输出通道数"}, Role::output, {16, 24, 32, 64, 96}),
            whole_number("s", &Params::s, {"Stride", "步幅"}, Role::none, {1, 2}),
            h,
            step,
            words("view", &Params::view, {"View", "视图"}, {"block", "alpha"}),
            words("alpha", &Params::alpha, {"Width α", "宽度 α"}, {"0.35", "0.5", "0.75", "1", "1.3", "1.4"}, true),
        };
    }();
    return list;
}

Text shortcut_reason(const Params& p) {
    if (p.s != 1) return {"stride 2: the sizes differ", "步幅为 2，尺寸不同"};
    if (p.cin != p.cout) return {message(p.cin, " ≠ ", p.cout, " channels"), message("通道数 ", p.cin, " ≠ ", p.cout)};
    return {};
}

Rounding round_channels(int channels, double alpha) {
    Rounding r;
    r.wanted = channels * alpha;
    r.nearest = std::max(8, static_cast<int>(r.wanted + 4) / 8 * 8);
    r.used = make_divisible(r.wanted);
    r.was_raised = r.used > r.nearest;
    return r;
}

NetFigures net_figures(double alpha, int classes, bool expands_at_t1) {
    static std::map<std::tuple<double, int, bool>, NetFigures> known;
    const auto key = std::make_tuple(alpha, classes, expands_at_t1);
    if (const auto found = known.find(key); found != known.end()) return found->second;
    NetOptions options;
    options.classes = classes;
    options.expands_at_t1 = expands_at_t1;
    const NetCost cost = count_cost(mobilenet_v2(alpha, options));
    return known[key] = {cost.params, cost.macs, cost.params_by_kind.at("linear")};
}

int shortcuts_in_row(int row) {
    const auto& table = mobilenet_v2_table();
    const InvertedResidualRow& own = table.at(static_cast<std::size_t>(row));
    const int cin = row == 0 ? 32 : table[static_cast<std::size_t>(row) - 1].c;
    const bool first = has_shortcut({.cin = cin, .cout = own.c, .stride = own.s});
    return own.n - 1 + (first ? 1 : 0);
}

std::optional<Refusal> refuse(const Params&) { return {}; }  // every stop of every slider is a block that can be built

Result compute(const Params& p) { return {p, inverted_block(p), residual_block(p)}; }

namespace {

void add_block(Values& v, const std::string& name, const Block& block) {
    v.add(name + ".macs", static_cast<long long>(block.macs));
    v.add(name + ".macs.short", format_millions(static_cast<double>(block.macs), 1), static_cast<double>(block.macs));
    v.add(name + ".params", static_cast<long long>(block.params));
    v.add(name + ".peak", static_cast<double>(block.peak()) / 1e6, 2);
    v.add(name + ".rows", static_cast<double>(block.peak_by_rows()) / 1e6, 2);
    for (const Stage& stage : block.stages) {
        v.add(name + "." + stage.name + ".macs", static_cast<long long>(stage.macs));
        v.add(name + "." + stage.name + ".bytes", static_cast<long long>(stage.bytes()));
    }
}

void add_net(Values& v, const Params& p) {
    const NetFigures one = net_figures(1.0), expanded = net_figures(1.0, 1000, true), chosen = net_figures(std::stod(p.alpha));
    const auto millions = [&v](const std::string& name, std::int64_t number) { v.add(name, format_millions(static_cast<double>(number), 1), static_cast<double>(number)); };
    v.add("net.params", static_cast<long long>(one.params));
    millions("net.macs", one.macs);
    v.add("net.features", static_cast<long long>(one.params - one.classifier_params));
    v.add("net.five", static_cast<long long>(net_figures(1.0, 5).params));
    v.add("net.t1.params", static_cast<long long>(expanded.params));
    millions("net.t1.macs", expanded.macs);
    v.add("alpha", std::stod(p.alpha), p.alpha.size() > 1 ? static_cast<int>(p.alpha.size()) - 2 : 0, Role::none);
    v.add("alpha.params", static_cast<long long>(chosen.params));
    millions("alpha.macs", chosen.macs);
    const auto& table = mobilenet_v2_table();
    for (std::size_t row = 0; row < table.size(); ++row) {
        const std::string name = "row" + std::to_string(row + 1);
        v.add(name + ".t", static_cast<long long>(table[row].t), Role::weights);
        v.add(name + ".c", static_cast<long long>(table[row].c), Role::output);
        v.add(name + ".n", static_cast<long long>(table[row].n));
        v.add(name + ".s", static_cast<long long>(table[row].s));
        v.add(name + ".shortcuts", static_cast<long long>(shortcuts_in_row(static_cast<int>(row))));
    }
    // Two roundings at alpha 0.35: one that stays below what was wanted, one that the 10 % rule raises
    v.add("round.wanted", round_channels(96, 0.35).wanted, 1);
    v.add("round.nearest", static_cast<long long>(round_channels(96, 0.35).nearest));
    v.add("round.used", static_cast<long long>(round_channels(96, 0.35).used));
    v.add("round.raised.wanted", round_channels(32, 0.35).wanted, 1);
    v.add("round.raised.nearest", static_cast<long long>(round_channels(32, 0.35).nearest));
    v.add("round.raised.used", static_cast<long long>(round_channels(32, 0.35).used));
}

}  // namespace

Values values(const Params& p) {
    const Result result = compute(p);
    Values v;
    v.add("t", static_cast<long long>(p.t), Role::weights);
    v.add("cin", static_cast<long long>(p.cin), Role::input);
    v.add("cout", static_cast<long long>(p.cout), Role::output);
    v.add("wide", static_cast<long long>(p.wide()), Role::weights);
    v.add("s", static_cast<long long>(p.s));
    v.add("h", static_cast<long long>(p.h));
    v.add("positions", static_cast<long long>(p.h) * p.h);
    v.add("formula.macs", static_cast<long long>(p.h) * p.h * p.wide() * (p.cin + 9 + p.cout));  // the closed form of stride 1
    add_block(v, "inverted", result.inverted);
    add_block(v, "residual", result.residual);
    v.add("wide.bytes", 4LL * p.wide() * p.h * p.h);
    add_net(v, p);
    return v;
}

REGISTER_LESSON(members(), refuse, values);

}  // namespace convbook::ch11
