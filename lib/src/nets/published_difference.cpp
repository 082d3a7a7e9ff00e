// Why a printed count differs from ours: rounding, digits dropped, or a named choice. Leaves out the table of printed counts (published.cpp).
#include <cmath>
#include <iomanip>
#include <sstream>

#include "convbook/published.h"

namespace convbook {
namespace {

std::string percent(double share) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(share < 0.001 ? 2 : 1) << 100 * share << " %";
    return out.str();
}

/// "which rounds to 3.47M", or how far away it still is.
Text relation(std::int64_t ours, const WrittenCount& written) {
    if (written.is_rounded_from(ours) && written.unit <= 1) return {"as printed", "与所印相同"};
    if (written.is_rounded_from(ours)) return {"rounded " + written.text, "四舍五入为 " + written.text};
    if (written.is_cut_from(ours)) return {"with its further digits dropped " + written.text, "截去后面的数字为 " + written.text};
    const double apart = std::abs(static_cast<double>(ours) - written.value) / written.value;
    const bool is_more = static_cast<double>(ours) > written.value;
    return {percent(apart) + (is_more ? " more than " : " less than ") + written.text, (is_more ? "比 " : "比 ") + written.text + (is_more ? " 多 " : " 少 ") + percent(apart)};
}

Text meanings(const std::vector<std::string>& switches) {
    Text all;
    for (const std::string& name : switches) {
        const Text& meaning = find_count_switch(name).meaning;
        all.en += (all.en.empty() ? "" : " and ") + meaning.en;
        all.zh += (all.zh.empty() ? "" : "，") + meaning.zh;
    }
    return all;
}

}  // namespace

Text explain_difference(const Published& published, Quantity quantity) {
    const std::string& printed = quantity == Quantity::params ? published.params : published.operations;
    if (printed.empty()) return {};
    const WrittenCount written = parse_written_count(printed);
    const CountedNet counted{.net = parse_net_spec(published.net)};
    const std::int64_t ours = count(counted, quantity);
    const Text plain = relation(ours, written);
    const std::vector<std::string> switches = split_names(quantity == Quantity::params ? published.params_switches : published.operations_switches);
    if (written.is_rounded_from(ours)) return {"Ours is " + format_count(ours) + ", " + plain.en + ".", "本书为 " + format_count(ours) + "，" + plain.zh + "。"};
    if (switches.empty()) {
        const bool is_cut = written.is_cut_from(ours);
        return {"Ours is " + format_count(ours) + ", " + plain.en + (is_cut ? "." : "; the source does not say how it counted."),
                "本书为 " + format_count(ours) + "，" + plain.zh + (is_cut ? "。" : "；出处没有说明如何计数。")};
    }
    const std::int64_t theirs = count(switched(counted, switches), quantity);
    const Text how = meanings(switches), there = relation(theirs, written);
    return {"Ours is " + format_count(ours) + ". If " + how.en + ", it is " + format_count(theirs) + ", " + there.en + ".",
            "本书为 " + format_count(ours) + "。若" + how.zh + "，则为 " + format_count(theirs) + "，" + there.zh + "。"};
}

}  // namespace convbook
