// "Why is mine different?": the two counts that readers hold against each other, each pair with its question, its reason and the switch between them.
// Leaves out the switches themselves (count_switches.h) and what papers print (published.h).
#pragma once
#include <string>
#include <vector>

#include "convbook/count_switches.h"

namespace convbook {

struct Discrepancy {
    std::string name;                    ///< "t1-expansion"
    std::string net;                     ///< where it was met, as parse_net_spec reads it; "squeeze_excite" is the layer alone
    Quantity quantity = Quantity::params;
    std::vector<std::string> switches;   ///< from the usual count to the other one
    Text question, explanation;          ///< without numbers: those are computed
    std::string source;                  ///< where readers met it
};
const std::vector<Discrepancy>& list_discrepancies();

/// Both numbers.
struct TwoCounts {
    std::int64_t usual = 0, other = 0;
};
/// On the network where it was met.
TwoCounts counts_of(const Discrepancy& discrepancy);
/// On any network that has the choice.
TwoCounts counts_of(const Discrepancy& discrepancy, const NetSpec& net);
/// Those that change this network's counts.
std::vector<const Discrepancy*> discrepancies_of(const NetSpec& net);
/// Those of a single layer rather than of a network.
std::vector<const Discrepancy*> layer_discrepancies();

/// One squeeze-and-excitation layer over 512 channels, reduction 16, without biases, called twice: 32,768 parameters, or 65,536 by call.
Graph repeated_squeeze_excite();

}  // namespace convbook
