// Compares this library with tensors that PyTorch wrote: a folder of <group>.json (an array of cases) and <group>.safetensors (tensors "<id>.<name>").
// A library without doctest, shared by `convbook golden` and the tests; leaves out printing.
#pragma once
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace convbook::golden {

enum class Status { passed, failed, unsupported };
const char* to_string(Status status);

/// One case: how far its worst tensor is off, and how far it may be. Both NaN where nothing was compared.
struct Outcome {
    std::string id, group;
    Status status = Status::passed;
    double max_abs_diff = std::numeric_limits<double>::quiet_NaN(), tolerance = std::numeric_limits<double>::quiet_NaN();
    std::string note;  ///< why it failed or cannot be checked, in one sentence
};

struct Report {
    std::vector<Outcome> cases;
    int count(Status status) const;
    bool is_good() const { return count(Status::passed) == static_cast<int>(cases.size()); }
    std::string json() const;  ///< {"passed","failed","unsupported","cases":[{"id","group","status","max_abs_diff","tolerance"}]}
};

/// The groups that this library knows how to read, in the order in which they are run.
const std::vector<std::string>& known_groups();
/// Those whose <group>.json is in the folder, known ones first. Throws convbook::Error if the folder cannot be read or has none.
std::vector<std::string> groups_in(const std::filesystem::path& folder);
/// Runs every case of these groups. A group whose files cannot be read is one failed case that says why.
Report run(const std::filesystem::path& folder, const std::vector<std::string>& groups);

}  // namespace convbook::golden
