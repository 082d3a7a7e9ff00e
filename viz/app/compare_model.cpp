#include "compare_model.h"

#include <algorithm>
#include <functional>

namespace convbook::app {
namespace {

int resolution_of(const BlockView& block) { return block.form == BlockForm::classifier || block.out.rank <= 2 ? 1 : block.out.h; }

/// The resolution that a layer belongs to: its output's, or its block's where it works on one number a channel beside maps.
int resolution_of(const NetStructure& net, const LayerView& layer) {
    if (layer.out.rank > 2 && layer.out.h > 1) return layer.out.h;
    return resolution_of(net.blocks[static_cast<std::size_t>(layer.block)]);
}

std::vector<AlignedGroup> align(const std::vector<int>& left, const std::vector<int>& right) {
    std::map<int, AlignedGroup, std::greater<>> groups;
    const auto add = [&](const std::vector<int>& resolutions, std::vector<int> AlignedGroup::*side) {
        for (std::size_t i = 0; i < resolutions.size(); ++i) {
            AlignedGroup& group = groups[resolutions[i]];
            group.resolution = resolutions[i];
            (group.*side).push_back(static_cast<int>(i));
        }
    };
    add(left, &AlignedGroup::left);
    add(right, &AlignedGroup::right);
    std::vector<AlignedGroup> list;
    for (auto& [resolution, group] : groups) list.push_back(std::move(group));
    return list;
}

}  // namespace

std::vector<AlignedGroup> align_layers(const NetStructure& left, const NetStructure& right) {
    const auto resolutions = [](const NetStructure& net) {
        std::vector<int> list;
        for (const LayerView& layer : net.layers) list.push_back(resolution_of(net, layer));
        return list;
    };
    return align(resolutions(left), resolutions(right));
}

std::vector<AlignedGroup> align_blocks(const NetStructure& left, const NetStructure& right) {
    const auto resolutions = [](const NetStructure& net) {
        std::vector<int> list;
        for (const BlockView& block : net.blocks) list.push_back(resolution_of(block));
        return list;
    };
    return align(resolutions(left), resolutions(right));
}

CompareModel::~CompareModel() = default;

void CompareModel::set(std::vector<NetSpec> nets) {
    nets_ = std::move(nets);
    names_.clear();
    for (const NetSpec& net : nets_) names_.push_back(to_string(net));
    find_known();
}

bool CompareModel::has_unknown() const {
    return trouble_.empty() && std::ranges::any_of(names_, [&](const std::string& name) { return !facts_.contains(name); });
}

void CompareModel::find_known() {
    known_.clear();
    for (const std::string& name : names_)
        if (const auto found = facts_.find(name); found != facts_.end()) known_.push_back(&found->second);
}

const NetFacts* CompareModel::facts(std::size_t index) const {
    const auto found = facts_.find(names_[index]);
    return found == facts_.end() ? nullptr : &found->second;
}

std::optional<double> CompareModel::ms(const std::string& name) const {
    const auto found = ms_.find(name);
    return found == ms_.end() ? std::nullopt : std::optional(found->second);
}

bool CompareModel::poll_facts() {
    if (facts_job_.is_running()) return false;
    const auto made = facts_job_.take();
    if (made)
        for (const NetFacts& facts : *made) facts_.emplace(facts.name, facts);
    if (!facts_job_.error().empty()) trouble_ = facts_job_.error();
    find_known();
    std::vector<NetSpec> unknown;
    for (std::size_t i = 0; i < nets_.size(); ++i)
        if (!facts_.contains(names_[i])) unknown.push_back(nets_[i]);
    if (!unknown.empty() && trouble_.empty())
        facts_job_.start([unknown](kit::JobControl& control) {
            std::vector<NetFacts> facts;
            for (const NetSpec& net : unknown)
                if (!control.is_cancelled()) facts.push_back(facts_of(net));
            return facts;
        });
    return made.has_value();
}

bool CompareModel::are_all_measured() const {
    return std::ranges::all_of(names_, [&](const std::string& name) { return ms_.contains(name); });
}

bool CompareModel::poll_times() {
    if (time_job_.is_running()) return false;
    const auto times = time_job_.take();
    if (times && !times->empty()) ms_[timed_] = median_of(*times);
    if (!time_job_.error().empty()) trouble_ = time_job_.error(), is_measuring_ = false;
    const auto next = std::ranges::find_if(names_, [&](const std::string& name) { return !ms_.contains(name); });
    if (next == names_.end()) is_measuring_ = false;
    if (is_measuring_) {
        timed_ = *next;
        time_job_.start([net = nets_[static_cast<std::size_t>(next - names_.begin())]](kit::JobControl& control) {
            return time_net(net, kRepeats, [&](float share) {
                control.report(share);
                return !control.is_cancelled();
            });
        });
    }
    return times.has_value();
}

bool CompareModel::poll() {
    const bool has_facts = poll_facts();
    return poll_times() || has_facts;
}

void CompareModel::measure() { is_measuring_ = true; }

void CompareModel::stop_measuring() {
    is_measuring_ = false;
    time_job_.cancel();
}

float CompareModel::progress() const {
    const auto done = std::ranges::count_if(names_, [&](const std::string& name) { return ms_.contains(name); });
    return (static_cast<float>(done) + (time_job_.is_running() ? time_job_.share() : 0)) / static_cast<float>(std::max<std::size_t>(1, names_.size()));
}

}  // namespace convbook::app
