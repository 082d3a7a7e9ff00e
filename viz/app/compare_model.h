// What the comparison page shows, without drawing: facts of several networks and their measured times (lib, comparison.h), the same as `convbook compare`
// prints; and two of them layer by layer. Facts and times come in the background.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "convbook/comparison.h"
#include "kit/job.h"
#include "network_structure.h"

namespace convbook::app {

/// Layers or blocks of two networks whose outputs have one resolution.
struct AlignedGroup {
    int resolution = 0;              ///< side of the outputs; 1: vectors
    std::vector<int> left, right;    ///< indices into the layers or blocks of either
};
/// From the largest resolution to the smallest; every layer once, in its order. A gate's layers stand with the maps that they scale.
std::vector<AlignedGroup> align_layers(const NetStructure& left, const NetStructure& right);
/// The same for blocks.
std::vector<AlignedGroup> align_blocks(const NetStructure& left, const NetStructure& right);

class CompareModel {
public:
    ~CompareModel();
    void set(std::vector<NetSpec> nets);
    bool poll();
    bool is_busy() const { return facts_job_.is_running() || time_job_.is_running() || has_unknown(); }

    const std::vector<NetSpec>& nets() const { return nets_; }
    /// Null until they are counted.
    const NetFacts* facts(std::size_t index) const;
    const std::vector<const NetFacts*>& known() const { return known_; }
    /// Median milliseconds of a network; empty until measured.
    std::optional<double> ms(const std::string& name) const;

    /// Measures what is not measured yet, one network after the other.
    void measure();
    void stop_measuring();
    bool is_measuring() const { return is_measuring_; }
    bool are_all_measured() const;
    float progress() const;
    /// Why a network could not be counted or measured; empty if all could.
    const std::string& trouble() const { return trouble_; }
    static constexpr int kRepeats = 5;  ///< as `convbook compare` has it

private:
    bool has_unknown() const;
    bool poll_facts();
    bool poll_times();
    void find_known();

    std::vector<NetSpec> nets_;
    std::vector<std::string> names_;
    std::map<std::string, NetFacts> facts_;
    std::map<std::string, double> ms_;
    std::vector<const NetFacts*> known_;
    std::string timed_, trouble_;
    bool is_measuring_ = false;
    kit::Job<std::vector<NetFacts>> facts_job_;
    kit::Job<std::vector<double>> time_job_;
};

}  // namespace convbook::app
