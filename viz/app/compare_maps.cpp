#include "compare_maps.h"

#include <algorithm>

namespace convbook::app {

std::shared_ptr<const BlockMaps> find_block_maps(const NetSpec& spec, const std::string& photo, kit::JobControl& control) {
    auto maps = std::make_shared<BlockMaps>();
    const RunResult result = photo.empty() ? RunResult{} : run_photo({spec, photo, "", nullptr}, control);
    if (control.is_cancelled()) return nullptr;
    if (!result.run) {
        const Graph graph = build_net(spec);
        maps->structure = find_structure(graph, count_cost(graph));
        maps->input = graph.input_shape();
        return maps;
    }
    const PhotoRun& run = *result.run;
    maps->structure = run.structure;
    maps->input = run.graph.input_shape();
    maps->photo = run.photo;
    maps->maps = run.thumbs;
    maps->channels = run.channels;
    maps->top = run.top;
    maps->labels = result.weights->labels;
    return maps;
}

const BlockMaps* MapRunner::of(const std::string& net, const std::string& photo) const {
    const auto found = known_.find({net, photo});
    return found == known_.end() ? nullptr : found->second.get();
}

void MapRunner::take() {
    if (auto result = job_.take()) {
        if (*result) known_[running_] = *result;
        return;
    }
    // What cannot be run is known too, and says why
    if (const std::string error = job_.error(); !error.empty() && !running_.first.empty()) {
        auto failed = std::make_shared<BlockMaps>();
        const Graph graph = build_net(parse_net_spec(running_.first));
        failed->structure = find_structure(graph, count_cost(graph));
        failed->input = graph.input_shape();
        failed->trouble = error;
        known_[running_] = std::move(failed);
    }
    running_ = {};
}

bool MapRunner::follow(const std::string& left, const std::string& right, const std::string& photo) {
    const Key wanted[] = {{left, photo}, {right, photo}};
    if (job_.is_running()) {
        if (std::ranges::find(wanted, running_) == std::end(wanted)) job_.cancel();
        return false;
    }
    // What failed is tried again when it is shown again: the file may be there by then
    std::erase_if(known_, [&](const auto& entry) { return !entry.second->trouble.empty() && std::ranges::find(wanted, entry.first) == std::end(wanted); });
    const bool was_running = !running_.first.empty();
    take();
    running_ = {};
    const auto missing = std::ranges::find_if(wanted, [&](const Key& key) { return !known_.contains(key); });
    if (missing != std::end(wanted)) {
        running_ = *missing;
        job_.start([net = parse_net_spec(running_.first), photo](kit::JobControl& control) { return find_block_maps(net, photo, control); });
    }
    return was_running;
}

}  // namespace convbook::app
