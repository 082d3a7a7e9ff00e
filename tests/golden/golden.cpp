// The folder of goldens: which groups it has, reading their files, running each case, the report.
// Leaves out what a case checks (case.h lists the checkers).
#include "golden/golden.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "golden/case.h"

namespace convbook::golden {
namespace {

using nlohmann::json;
using Checker = void (*)(Case&);
struct Group { std::string name; Checker check; };

const std::vector<Group>& groups() {
    static const std::vector<Group> all = {
        {"conv2d", check_conv2d}, {"conv_transpose2d", check_conv_transpose2d}, {"batchnorm", check_batch_norm}, {"activation", check_activation},
        {"pool", check_pool},     {"blocks", check_block},                      {"preprocess", check_preprocess}, {"nets", check_net},
        {"conv2d_grad", check_conv2d}, {"optim", check_optimiser},
    };
    return all;
}

Checker checker_of(const std::string& group) {
    const auto found = std::find_if(groups().begin(), groups().end(), [&](const Group& g) { return g.name == group; });
    return found != groups().end() ? found->check : [](Case&) { throw Unsupported("golden: this group of cases is not known here."); };
}

json read_cases(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    CONVBOOK_REQUIRE(file.good(), "golden: ", path.string(), " can be read; it is missing or closed to you. Check the folder and the group's name.");
    json cases;
    try {
        cases = json::parse(file);
    } catch (const json::exception& error) {
        throw Error(message("golden: ", path.string(), " is JSON; ", error.what(), ". Write the file again."));
    }
    CONVBOOK_REQUIRE(cases.is_array() && std::all_of(cases.begin(), cases.end(), [](const json& c) { return c.is_object(); }),
                     "golden: ", path.string(), " is an array of cases, each an object; it holds something else. Write the file again.");
    return cases;
}

std::string id_of(const json& arguments, const std::string& group, std::size_t index) {
    const auto id = arguments.find("id");
    return id != arguments.end() && id->is_string() ? id->get<std::string>() : message(group, "[", index, "]");
}

Outcome outcome_of(const json& arguments, const SafetensorsFile& file, const std::string& group, std::size_t index, Checker check) {
    Case c(arguments, file, id_of(arguments, group, index));
    const auto stopped = [&](Status status, const char* why) { return Outcome{.id = c.id(), .group = group, .status = status, .note = why}; };
    try {
        check(c);
        return c.outcome(group);
    } catch (const Unsupported& why) {
        return stopped(Status::unsupported, why.what());
    } catch (const std::exception& why) {  // convbook::Error, and whatever a hostile file provokes in the libraries below
        return stopped(Status::failed, why.what());
    }
}

std::vector<Outcome> run_group(const std::filesystem::path& folder, const std::string& group) {
    try {
        const json cases = read_cases(folder / (group + ".json"));
        const SafetensorsFile file = SafetensorsFile::open(folder / (group + ".safetensors"));
        std::vector<Outcome> outcomes;
        for (std::size_t i = 0; i < cases.size(); ++i) outcomes.push_back(outcome_of(cases[i], file, group, i, checker_of(group)));
        return outcomes;
    } catch (const std::exception& why) {
        return {Outcome{.id = group, .group = group, .status = Status::failed, .note = why.what()}};
    }
}

}  // namespace

const char* to_string(Status status) {
    switch (status) {
        case Status::passed: return "passed";
        case Status::failed: return "failed";
        case Status::unsupported: return "unsupported";
    }
    return "unknown";
}

int Report::count(Status status) const {
    return static_cast<int>(std::count_if(cases.begin(), cases.end(), [&](const Outcome& c) { return c.status == status; }));
}

std::string Report::json() const {
    using nlohmann::ordered_json;
    const auto number = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
    ordered_json list = ordered_json::array();
    for (const Outcome& c : cases)
        list.push_back({{"id", c.id},
                        {"group", c.group},
                        {"status", to_string(c.status)},
                        {"max_abs_diff", number(c.max_abs_diff)},
                        {"tolerance", number(c.tolerance)}});
    const ordered_json report = {
        {"passed", count(Status::passed)}, {"failed", count(Status::failed)}, {"unsupported", count(Status::unsupported)}, {"cases", list}};
    return report.dump(1, ' ', false, ordered_json::error_handler_t::replace);  // ids of a foreign file may not be UTF-8
}

const std::vector<std::string>& known_groups() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const Group& group : groups()) list.push_back(group.name);
        return list;
    }();
    return names;
}

std::vector<std::string> groups_in(const std::filesystem::path& folder) {
    std::error_code failure;
    std::set<std::string> found;  // a JSON file with tensors beside it is a group; other JSON files are somebody's notes
    for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        const std::filesystem::path& path = at->path();
        const std::string stem = path.stem().string();
        const bool is_known = std::find(known_groups().begin(), known_groups().end(), stem) != known_groups().end();
        if (path.extension() == ".json" && (is_known || std::filesystem::exists(std::filesystem::path(path).replace_extension(".safetensors"))))
            found.insert(stem);
    }
    CONVBOOK_REQUIRE(!failure, "golden: a folder that can be read belongs here; got \"", folder.string(), "\" (", failure.message(), "). Check the path.");
    CONVBOOK_REQUIRE(!found.empty(), "golden: ", folder.string(), " has pairs <group>.json and <group>.safetensors; it has none. Check the path.");
    std::vector<std::string> ordered;
    for (const std::string& name : known_groups())
        if (found.erase(name) > 0) ordered.push_back(name);
    ordered.insert(ordered.end(), found.begin(), found.end());
    return ordered;
}

Report run(const std::filesystem::path& folder, const std::vector<std::string>& groups) {
    Report report;
    for (const std::string& group : groups) {
        std::vector<Outcome> outcomes = run_group(folder, group);
        report.cases.insert(report.cases.end(), outcomes.begin(), outcomes.end());
    }
    return report;
}

}  // namespace convbook::golden
