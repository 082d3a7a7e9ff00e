// `convbook golden DIR`: compares operators, gradients, optimisers and networks with PyTorch's tensors in a folder.
// Prints what tests/golden found; leaves out every comparison.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/command.h"
#include "golden/golden.h"

namespace convbook::cli {
namespace {

struct Options {
    std::string folder;
    std::vector<std::string> groups;
    bool json = false;
};

/// The groups asked for; one that is neither known nor in the folder is a mistake on the command line.
std::vector<std::string> chosen_groups(const Options& options) {
    std::vector<std::string> present = golden::groups_in(options.folder);
    if (options.groups.empty()) return present;
    std::string known;
    for (const std::string& name : golden::known_groups()) known += (known.empty() ? "" : ", ") + name;
    const auto contains = [](const std::vector<std::string>& list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    for (const std::string& name : options.groups)
        if (!contains(golden::known_groups(), name) && !contains(present, name))
            throw UsageError(message("golden: there is no group \"", name, "\". Choose from ", known, "."));
    return options.groups;
}

std::string line_of(const golden::Outcome& c) {
    const std::string numbers =
        std::isnan(c.tolerance) ? "" : fmt::format(" (largest difference {:.3g}, allowed {:.3g})", c.max_abs_diff, c.tolerance);
    return fmt::format("{:<12} {:<22} {}{}", to_string(c.status), c.id, c.note, numbers);
}

void print_table(const golden::Report& report, const std::vector<std::string>& groups) {
    fmt::print("{:<20}{:>8}{:>8}{:>13}   {}\n", "group", "passed", "failed", "unsupported", "largest difference / allowed");
    for (const std::string& group : groups) {
        golden::Report part;
        std::copy_if(report.cases.begin(), report.cases.end(), std::back_inserter(part.cases),
                     [&](const golden::Outcome& c) { return c.group == group; });
        double worst = 0;
        for (const golden::Outcome& c : part.cases)
            if (c.tolerance > 0) worst = std::max(worst, c.max_abs_diff / c.tolerance);
        fmt::print("{:<20}{:>8}{:>8}{:>13}   {:.3f}\n", group, part.count(golden::Status::passed), part.count(golden::Status::failed),
                   part.count(golden::Status::unsupported), worst);
    }
    fmt::print("{:<20}{:>8}{:>8}{:>13}\n", "total", report.count(golden::Status::passed), report.count(golden::Status::failed),
               report.count(golden::Status::unsupported));
}

int run(const Options& options) {
    std::vector<std::string> groups = chosen_groups(options);
    const golden::Report report = golden::run(options.folder, groups);
    for (const golden::Outcome& c : report.cases)
        if (c.status != golden::Status::passed) fmt::print(stderr, "{}\n", line_of(c));
    if (options.json) fmt::print("{}\n", report.json());
    else print_table(report, groups);
    return report.is_good() ? 0 : 1;
}

Run set_up(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("DIR", options->folder, "Folder with <group>.json and <group>.safetensors")->required();
    app.add_option("--groups", options->groups, "Only these, e.g. conv2d,pool (default: all in DIR)")->delimiter(',');
    app.add_flag("--json", options->json, "One JSON object instead of the table");
    return [options] { return run(*options); };
}

}  // namespace

REGISTER_COMMAND("golden", "Compares operators, gradients, optimisers and networks with PyTorch's tensors: convbook golden DIR", set_up);

}  // namespace convbook::cli
