// A network's page as data and sentences: for export, tests and screen readers.
#include <fmt/format.h>

#include "network_graph_page.h"

namespace convbook::app {

using namespace kit;

DataTable layer_data(const NetworkModel& model) {
    DataTable table{{"layer", "kind", "input", "output", "parameters", "multiply-adds", "bytes alive", "ms"}, {}};
    const auto shape = [](const Shape& s) { return s.rank <= 2 ? std::to_string(s.w) : fmt::format("{}x{}x{}", s.c, s.h, s.w); };
    for (const LayerView& l : model.layers())
        table.rows.push_back({l.name, l.kind, shape(l.in), shape(l.out), std::to_string(l.params), std::to_string(l.macs), std::to_string(l.alive_bytes), model.is_measured() ? fmt::format("{:.4f}", l.ms) : ""});
    return table;
}

Text describe_network(const std::string& title, const NetworkModel& model) {
    const std::string params = format_count(model.cost().params), macs = format_millions(static_cast<double>(model.cost().macs), 1);
    std::string options_en, options_zh;
    for (const NetSlider& option : sliders_of(model.spec())) {
        options_en += fmt::format("{}{} {}", options_en.empty() ? "" : ", ", option.key, option.value);
        options_zh += fmt::format("{}{} {}", options_zh.empty() ? "" : "，", option.label.zh, option.value);
    }
    return {fmt::format("{} with {}: {} parameters, {} multiply-adds, {} layers.", title, options_en, params, macs, model.layers().size()),
            fmt::format("{}（{}）：{} 个参数，{} 次乘加，{} 层。", title, options_zh, params, macs, model.layers().size())};
}

Values values_of(const NetworkModel& model, int block) {
    Values values;
    values.add("params", static_cast<long long>(model.cost().params));
    values.add("macs", static_cast<long long>(model.cost().macs));
    values.add("layers", static_cast<long long>(model.layers().size()));
    values.add("blocks", static_cast<long long>(model.blocks().size()));
    values.add("depth", static_cast<long long>(model.cost().depth));
    values.add("peak_bytes", static_cast<long long>(model.cost().peak_bytes));
    values.add("block.params", static_cast<long long>(model.blocks()[static_cast<std::size_t>(block)].params));
    values.add("block.macs", static_cast<long long>(model.blocks()[static_cast<std::size_t>(block)].macs));
    if (const PhotoRun* run = model.photo_run(); run != nullptr && !run->top.empty()) {
        const int index = run->top.front().index;
        const bool is_known = index < static_cast<int>(model.labels().size());
        values.add("top.label", is_known ? model.labels()[static_cast<std::size_t>(index)] : std::to_string(index), index);
        values.add("top.probability", static_cast<double>(run->top.front().probability), 4);
    }
    return values;
}

}  // namespace convbook::app
