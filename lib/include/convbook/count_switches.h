// The choices on which counts of one network differ, each by a name that can be combined with all others: of the counting (batch norm, multiply-adds or
// FLOPs) and of the network itself (t = 1 expansion, folded batch norm). Leaves out who made which choice (published.h, discrepancies.h).
#pragma once
#include <string>
#include <vector>

#include "convbook/cost.h"
#include "convbook/lesson.h"
#include "convbook/nets.h"

namespace convbook {

enum class Quantity { params, operations, peak_bytes };

/// A network and how it is counted: what switches change.
struct CountedNet {
    NetSpec net;
    CountingConvention convention = {};
};
std::int64_t count_of(const NetCost& cost, Quantity quantity);
std::int64_t count(const CountedNet& counted, Quantity quantity);

struct CountSwitch {
    std::string name;                     ///< "no_batch_norm", as in --convention
    Text meaning;                         ///< "batch norms are left out", after "parameters:" or "operations:"
    std::vector<Quantity> changes;        ///< what it can change
    bool changes_network = false;         ///< another graph, not another way of counting the same
    bool (*fits)(const NetInfo& info) = nullptr;  ///< whether this network has the choice
    void (*apply)(CountedNet& counted) = nullptr;
};
const std::vector<CountSwitch>& list_count_switches();
/// Throws convbook::Error naming the known ones.
const CountSwitch& find_count_switch(const std::string& name);
/// With the named switches; throws convbook::Error for an unknown one, and for one that the network does not have.
CountedNet switched(CountedNet counted, const std::vector<std::string>& switches);
/// "no_batch_norm,flops" -> two names.
std::vector<std::string> split_names(const std::string& list);
/// The counting half alone, for a graph that is there already.
CountingConvention counting_convention(const std::string& name, CountingConvention onto = {});

/// A count as somebody wrote it: "127M" stands for 126.5 to 127.5 million, "3,487,816" for itself.
struct WrittenCount {
    std::string text;
    double value = 0, unit = 1;  ///< unit: of its last digit
    bool is_rounded_from(std::int64_t exact) const;
    bool is_cut_from(std::int64_t exact) const;  ///< the digits agree, what follows was dropped
};
/// Reads digits with commas, a decimal point, and k, M, G or B. Throws convbook::Error.
WrittenCount parse_written_count(const std::string& text);

/// A combination of switches that gives the written count.
struct Reproduction {
    std::vector<std::string> switches;
    std::int64_t count = 0;
    bool is_cut = false;  ///< only when its further digits are dropped
};
/// Fewest switches first, at most `most` of them; no combination that contains another one found.
std::vector<Reproduction> find_reproductions(const NetSpec& net, Quantity quantity, const WrittenCount& written, int most = 3);

}  // namespace convbook
