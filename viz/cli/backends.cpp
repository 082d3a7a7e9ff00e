// `convbook backends`: which instruction sets this program has kernels for, which of them this CPU can run, which one is used, and how fast that can be.
// Leaves out timing kernels (bench.cpp).
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "convbook/backend.h"

namespace convbook::cli {
namespace {

const char* state_of(const BackendInfo& backend, const std::string& active) {
    if (!backend.is_compiled) return "not built in";
    if (!backend.is_supported) return "not in this CPU";
    return backend.name == active ? "in use" : "works here";
}

int print_json(const std::string& active, const MachineSpeed& speed) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const BackendInfo& b : list_backends())
        rows.push_back({{"name", b.name}, {"lanes", b.lanes}, {"compiled", b.is_compiled}, {"supported", b.is_supported}, {"description", b.description}});
    const nlohmann::ordered_json all = {{"active", active}, {"gflops", speed.gflops}, {"level2_gb_per_s", speed.level2_gb_per_s},
                                        {"level3_gb_per_s", speed.level3_gb_per_s}, {"read_gb_per_s", speed.read_gb_per_s}, {"backends", rows}};
    fmt::print("{}\n", all.dump(1));
    return 0;
}

int print_backends(bool is_json) {
    const std::string active = active_backend_name();
    const MachineSpeed speed = measure_machine();
    if (is_json) return print_json(active, speed);
    for (const BackendInfo& backend : list_backends()) fmt::print("{:11}{:17}{}\n", backend.name, state_of(backend, active), backend.description);
    fmt::print("\nOne thread with {}, measured just now:\n", active);
    fmt::print("  multiply-adds    {:7.1f} GFLOP/s   (a multiply-add is 2)\n", speed.gflops);
    fmt::print("  reading          {:7.1f} GB/s from an array of 0.5 MB, {:.1f} GB/s of 6 MB, {:.1f} GB/s beyond the caches\n", speed.level2_gb_per_s, speed.level3_gb_per_s,
               speed.read_gb_per_s);
    fmt::print("\nCONVBOOK_BACKEND=<name> chooses another one.\n");
    return 0;
}

Run set_up(CLI::App& app) {
    const auto is_json = std::make_shared<bool>(false);
    app.add_flag("--json", *is_json, "Print JSON instead of text");
    return [is_json] { return print_backends(*is_json); };
}

}  // namespace

REGISTER_COMMAND("backends", "Shows which instruction sets work here and what this CPU reaches", set_up);

}  // namespace convbook::cli
