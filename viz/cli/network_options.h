// The options that say which network a command means, the same words in every command that takes one.
// Leaves out what the command does with it.
#pragma once
#include <string>
#include <vector>

#include "cli/command.h"
#include "convbook/nets.h"

namespace convbook::cli {

/// Filled by CLI11; build() turns it into a Graph.
struct NetworkOptions {
    std::string net;
    double alpha = 1, scale = 1;
    NetOptions options;
    std::string bottleneck = "paper";
    /// An option and what the network must have for it: a factor of that name, or a setting of NetInfo::settings.
    struct Conditional { std::string needs; CLI::Option* option; };
    std::vector<Conditional> conditional;

    /// Adds NET, --alpha, --scale, --groups, --bottleneck, --width, --reduction, --resolution and --classes; this object must outlive the parsing.
    void add_to(CLI::App& command);
    /// Both throw UsageError for an unknown network or values it cannot have.
    Graph build() const { return build_net(spec()); }
    NetSpec spec() const;

private:
    void refuse_unread(const NetInfo& info) const;
};
/// "mobilenet_v2, ...": for help and complaints.
std::string known_nets();
/// Throws UsageError naming the known ones.
const NetInfo& require_net(const std::string& name);

}  // namespace convbook::cli
