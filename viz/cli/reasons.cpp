// Prints what the library knows about differing counts. Leaves out that knowledge (lib: published.h, discrepancies.h).
#include "cli/reasons.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "convbook/discrepancies.h"
#include "convbook/published.h"

namespace convbook::cli {
namespace {

using Json = nlohmann::ordered_json;

const char* quantity_name(Quantity quantity) { return quantity == Quantity::params ? "parameters" : quantity == Quantity::operations ? "operations" : "peak bytes"; }

std::string joined(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ",")); }

std::vector<const Discrepancy*> reasons_for(const NetSpec& net) {
    std::vector<const Discrepancy*> reasons = discrepancies_of(net);
    for (const Discrepancy* layer : layer_discrepancies()) reasons.push_back(layer);
    return reasons;
}

TwoCounts counts_for(const Discrepancy& reason, const NetSpec& net) { return reason.net == "squeeze_excite" ? counts_of(reason) : counts_of(reason, net); }

Json to_json(const Reproduction& found) { return {{"switches", found.switches}, {"count", found.count}, {"is_cut", found.is_cut}}; }

}  // namespace

std::string published_lines(const NetSpec& net) {
    std::string text;
    for (const Published* row : published_for(net)) {
        text += fmt::format("\nPrinted by {}", row->source);
        text += row->top1 > 0 ? fmt::format(" (top-1 accuracy {} %)\n", row->top1) : "\n";
        for (const Quantity quantity : {Quantity::params, Quantity::operations})
            if (const Text difference = explain_difference(*row, quantity); !difference.en.empty())
                text += fmt::format("  {}: {}. {}\n", quantity_name(quantity), quantity == Quantity::params ? row->params : row->operations, difference.en);
    }
    return text;
}

int print_reasons(const NetSpec& net, bool is_json) {
    Json list = Json::array();
    for (const Discrepancy* reason : reasons_for(net)) {
        const auto [usual, other] = counts_for(*reason, net);
        if (is_json) {
            list.push_back({{"name", reason->name}, {"quantity", quantity_name(reason->quantity)}, {"usual", usual}, {"other", other}, {"switches", reason->switches}, {"question", reason->question.en}, {"explanation", reason->explanation.en}, {"source", reason->source}});
            continue;
        }
        fmt::print("{}: {}\n  {} {}, not {}: --convention {}\n  {}\n  Seen in: {}\n\n", reason->name, reason->question.en, format_count(other), quantity_name(reason->quantity), format_count(usual), joined(reason->switches), reason->explanation.en, reason->source);
    }
    if (is_json) fmt::print("{}\n", list.dump());
    return 0;
}

std::vector<Question> read_questions(const std::string& mine, const std::string& params, const std::string& macs) {
    std::vector<Question> questions;
    const auto ask = [&](Quantity quantity, const std::string& text) {
        if (!text.empty()) questions.push_back({quantity, parse_written_count(text)});
    };
    ask(Quantity::params, mine);
    ask(Quantity::operations, mine);
    ask(Quantity::params, params);
    ask(Quantity::operations, macs);
    return questions;
}

int print_reproductions(const NetSpec& net, const std::vector<Question>& questions, bool is_json) {
    constexpr std::size_t kMostShown = 6;
    Json list = Json::array();
    bool is_any = false;
    for (const auto& [quantity, written] : questions) {
        const std::vector<Reproduction> found = find_reproductions(net, quantity, written);
        is_any |= !found.empty();
        if (is_json) {
            for (const Reproduction& one : found) list.push_back(to_json(one)), list.back()["quantity"] = quantity_name(quantity);
            continue;
        }
        for (std::size_t i = 0; i < std::min(found.size(), kMostShown); ++i) {
            const Reproduction& one = found[i];
            fmt::print("{} {}{}: {}\n", format_count(one.count), quantity_name(quantity), one.is_cut ? " (further digits dropped)" : "", one.switches.empty() ? "as counted here, no switch" : "--convention " + joined(one.switches));
            for (const std::string& name : one.switches) fmt::print("  {}: {}\n", name, find_count_switch(name).meaning.en);
        }
    }
    if (is_json) fmt::print("{}\n", list.dump());
    else if (!is_any) fmt::print(stderr, "{}: no three conventions together give {}. `convbook summary {} --why` lists what usually differs.\n", to_string(net), questions.front().written.text, net.name);
    return is_any ? 0 : 1;
}

}  // namespace convbook::cli
