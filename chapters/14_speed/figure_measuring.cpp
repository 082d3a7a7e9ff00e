#include "figure_measuring.h"

namespace convbook::ch14 {
namespace {

// Seconds for each rung or network, and for all layers of one: long enough for a quiet moment on a busy computer
constexpr double kRungSeconds = 0.25, kPassSeconds = 0.4, kLayersSeconds = 1.0, kNetworkSeconds = 0.7;

Measured measure(const Params& p, kit::JobControl& control) {
    const Progress progress = [&control](double share) {
        control.report(static_cast<float>(share));
        return !control.is_cancelled();
    };
    Measured found;
    if (p.view == "roofline") found.layers[p.net] = measure_layers(p.net, kLayersSeconds, progress);
    else if (p.view == "network") found.networks = measure_networks(kNetworkSeconds, progress);
    else if (p.view == "ladder") found.rungs[ladder_key(p)] = measure_rungs(ladder_graph(p.layer), layer_rungs(p.layer), kRungSeconds, progress);
    else found.rungs[ladder_key(p)] = measure_rungs(build_net(p.net, 1.0), pass_rungs(), kPassSeconds, progress);
    return control.is_cancelled() ? Measured{} : found;
}

}  // namespace

std::string ladder_key(const Params& p) { return p.view == "passes" ? "net/" + p.net : "layer/" + p.layer; }

std::vector<Rung> ladder_of(const Params& p) { return p.view == "passes" ? pass_rungs() : layer_rungs(p.layer); }

void Measuring::poll() {
    std::optional<Measured> done = job_.take();
    if (!done) return;
    for (auto& [net, times] : done->layers) known_.layers[net] = std::move(times);
    for (auto& [key, times] : done->rungs) known_.rungs[key] = std::move(times);
    if (!done->networks.empty()) known_.networks = std::move(done->networks);
}

void Measuring::start(const Params& p) {
    if (is_running()) return;
    job_.start([p](kit::JobControl& control) { return measure(p, control); });
}

bool Measuring::has(const Params& p) const {
    if (p.view == "roofline") return layers(p.net) != nullptr;
    return p.view == "network" ? networks() != nullptr : rungs(p) != nullptr;
}

const LayerTimes* Measuring::layers(const std::string& net) const {
    const auto found = known_.layers.find(net);
    return found == known_.layers.end() ? nullptr : &found->second;
}

const std::vector<RungTime>* Measuring::rungs(const Params& p) const {
    const auto found = known_.rungs.find(ladder_key(p));
    return found == known_.rungs.end() ? nullptr : &found->second;
}

}  // namespace convbook::ch14
