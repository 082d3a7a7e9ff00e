// One photo through two networks: of each block the map of its most varied channel, and what each network says in the end. Runs in the background and keeps
// only what is shown. Knows no drawing (compare_maps_view.cpp).
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "network_run.h"

namespace convbook::app {

/// What a photo leaves in a network.
struct BlockMaps {
    NetStructure structure;          ///< of the graph that ran; of the counted one where there are no weights
    Shape input;
    Image photo;                     ///< as the network sees it
    std::vector<Tensor> maps;        ///< one a block, shrunk; empty for vectors. No entries: there are no weights
    std::vector<int> channels;       ///< which channel of its block each map is
    std::vector<Prediction> top;
    std::vector<std::string> labels;
    std::string trouble;             ///< why the photo or the file cannot be used; empty otherwise
};
/// Runs in a job. Without weights only structure and input are filled; null if cancelled.
std::shared_ptr<const BlockMaps> find_block_maps(const NetSpec& spec, const std::string& photo, kit::JobControl& control);

/// Follows two networks and a photo; what was run once is kept.
class MapRunner {
public:
    /// Starts what is missing and picks up what is done; true if something that is asked for arrived.
    bool follow(const std::string& left, const std::string& right, const std::string& photo);
    /// Null until it is there.
    const BlockMaps* of(const std::string& net, const std::string& photo) const;
    bool is_busy() const { return job_.is_running(); }
    float progress() const { return job_.share(); }

private:
    using Key = std::pair<std::string, std::string>;  ///< network, photo
    void take();
    std::map<Key, std::shared_ptr<const BlockMaps>> known_;
    Key running_;
    kit::Job<std::shared_ptr<const BlockMaps>> job_;
};

}  // namespace convbook::app
