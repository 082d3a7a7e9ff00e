// Which switches turn our count into a reader's number: every small combination is tried. Leaves out the switches (count_switches.cpp).
#include <algorithm>
#include <charconv>
#include <cmath>

#include "convbook/count_switches.h"

namespace convbook {
namespace {

bool contains(const std::vector<std::string>& all, const std::vector<std::string>& some) {
    return std::ranges::all_of(some, [&](const std::string& name) { return std::ranges::find(all, name) != all.end(); });
}

/// Tries all combinations of one size, then the next: what contains a combination that fits is not tried.
class Search {
public:
    Search(const NetSpec& net, Quantity quantity, const WrittenCount& written) : net_(net), quantity_(quantity), written_(written) {
        for (const CountSwitch& one : list_count_switches())
            if (const NetInfo* info = find_net(net.name); one.fits(*info) && std::ranges::find(one.changes, quantity) != one.changes.end()) candidates_.push_back(&one);
    }
    std::vector<Reproduction> run(int most) {
        for (int size = 0; size <= most; ++size) extend({}, 0, size);
        std::ranges::stable_sort(found_, [](const Reproduction& a, const Reproduction& b) { return std::pair(a.is_cut, a.switches.size()) < std::pair(b.is_cut, b.switches.size()); });
        return found_;
    }

private:
    void extend(const std::vector<std::string>& chosen, std::size_t from, int missing) {
        if (std::ranges::any_of(found_, [&](const Reproduction& r) { return contains(chosen, r.switches); })) return;
        if (missing == 0) return try_out(chosen);
        for (std::size_t i = from; i < candidates_.size(); ++i) {
            std::vector<std::string> longer = chosen;
            longer.push_back(candidates_[i]->name);
            extend(longer, i + 1, missing - 1);
        }
    }
    void try_out(const std::vector<std::string>& chosen) {
        CountedNet counted{.net = net_};
        for (const std::string& name : chosen) find_count_switch(name).apply(counted);
        std::int64_t ours = 0;
        try {
            ours = count(counted, quantity_);
        } catch (const Error&) {
            return;  // a combination that cannot be built, such as the blog's bottleneck with 4 groups
        }
        if (written_.is_rounded_from(ours)) found_.push_back({chosen, ours, false});
        else if (written_.is_cut_from(ours)) found_.push_back({chosen, ours, true});
    }

    const NetSpec& net_;
    Quantity quantity_;
    const WrittenCount& written_;
    std::vector<const CountSwitch*> candidates_;
    std::vector<Reproduction> found_;
};

}  // namespace

bool WrittenCount::is_rounded_from(std::int64_t exact) const { return std::abs(static_cast<double>(exact) - value) <= unit / 2 && (unit > 1 || static_cast<double>(exact) == value); }
bool WrittenCount::is_cut_from(std::int64_t exact) const { return static_cast<double>(exact) >= value && static_cast<double>(exact) < value + unit; }

WrittenCount parse_written_count(const std::string& text) {
    std::string digits;
    for (const char c : text)
        if (c != ',' && c != ' ' && c != '_') digits += c;
    double factor = 1;
    if (!digits.empty()) {
        const char last = digits.back();
        factor = last == 'k' || last == 'K' ? 1e3 : last == 'M' || last == 'm' ? 1e6 : last == 'G' || last == 'g' || last == 'B' ? 1e9 : 1;
        if (factor > 1) digits.pop_back();
    }
    double value = 0;
    const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    CONVBOOK_REQUIRE(trouble == std::errc() && end == digits.data() + digits.size() && value > 0 && value < 1e15, "count: \"", text, "\" is no positive number; write 3487816, 3.47M or 0.3G.");
    const std::size_t point = digits.find('.');
    const double decimals = point == digits.npos ? 0 : static_cast<double>(digits.size() - point - 1);
    return {text, value * factor, factor * std::pow(10.0, -decimals)};
}

std::vector<Reproduction> find_reproductions(const NetSpec& net, Quantity quantity, const WrittenCount& written, int most) { return Search(net, quantity, written).run(most); }

}  // namespace convbook
