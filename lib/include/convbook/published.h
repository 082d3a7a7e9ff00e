// What papers and their authors' pages print about the networks of this library, word for word, each with its place. Leaves out our own counts:
// explain_difference() computes them and says why they differ.
#pragma once
#include <string>
#include <vector>

#include "convbook/count_switches.h"

namespace convbook {

/// One printed row.
struct Published {
    std::string net;                ///< "mobilenet_v2:alpha=1.4", as parse_net_spec reads it
    std::string params, operations; ///< as printed, at its precision: "3.4M"; empty where the source prints none
    double top1 = 0;                ///< accuracy on ImageNet's validation images, percent; 0: not printed
    std::string source;             ///< authors, year, table
    std::string params_switches, operations_switches;  ///< the choices that lead from our count to the printed one, where they are known
};
const std::vector<Published>& list_published();
/// The rows of exactly this network: same scale, resolution and options, 1000 classes.
std::vector<const Published*> published_for(const NetSpec& net);
/// The first of them with an accuracy, or nullptr.
const Published* published_accuracy(const NetSpec& net);

/// Ours beside the printed count in one sentence; every number in it is computed. Empty where the source prints none.
Text explain_difference(const Published& published, Quantity quantity);

}  // namespace convbook
