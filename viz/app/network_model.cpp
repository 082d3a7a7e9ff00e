#include "network_model.h"

#include <algorithm>
#include <utility>

#include "kit/refusal_text.h"

namespace convbook::app {

NetworkModel::NetworkModel(const std::string& net) : spec_(parse_net_spec(net)), photo_names_(list_photos()), photo_name_(app::first_photo()), first_photo_(photo_name_) {
    set(spec_);
}

NetworkModel::~NetworkModel() = default;

void NetworkModel::set(const NetSpec& spec) {
    if (graph_ && to_string(spec) == to_string(spec_)) return;
    // All or nothing: what cannot be built leaves the page as it was
    auto graph = std::make_unique<Graph>(build_net(spec));
    graph_ = std::move(graph);
    spec_ = spec;
    cost_ = count_cost(*graph_);
    structure_ = find_structure(*graph_, cost_);
    is_measured_ = wants_times_ = false;
    cancel_measuring();
    needs_run_ = true;
}

void NetworkModel::set_photo(const std::string& name_or_path) {
    if (name_or_path == photo_name_) return;
    photo_name_ = name_or_path;
    needs_run_ = true;
}

void NetworkModel::set_weights(const std::string& path) {
    weights_path_ = path;
    needs_run_ = true;
}

const std::shared_ptr<const PhotoRun>& NetworkModel::shared_run() const {
    static const std::shared_ptr<const PhotoRun> none;
    const bool fits = run_ && run_->structure.blocks.size() == structure_.blocks.size() && run_->structure.layers.size() == structure_.layers.size();
    return fits ? run_ : none;
}

int NetworkModel::shown_node(int counted) const {
    const int block = structure_.block_of(counted);
    if (block < 0 || photo_run() == nullptr) return block < 0 ? -1 : counted;
    return same_node(*graph_, structure_.blocks[static_cast<std::size_t>(block)], counted, shown_graph(), shown_structure().blocks[static_cast<std::size_t>(block)]);
}

int NetworkModel::counted_node(int shown) const {
    const int block = shown_structure().block_of(shown);
    if (block < 0 || photo_run() == nullptr) return block < 0 ? -1 : shown;
    return same_node(shown_graph(), shown_structure().blocks[static_cast<std::size_t>(block)], shown, *graph_, structure_.blocks[static_cast<std::size_t>(block)]);
}

const std::vector<std::string>& NetworkModel::labels() const {
    static const std::vector<std::string> none;
    return weights_ ? weights_->labels : none;
}

void NetworkModel::start_run() {
    needs_run_ = false;
    trouble_ = {};
    if (photo_name_.empty()) {
        retire_run();
        trouble_ = {"There is no photo yet. Drop one on the window.", "还没有照片，把一张照片拖进窗口即可。"};
        return;
    }
    run_job_.start([order = RunOrder{spec_, photo_name_, weights_path_, weights_}](kit::JobControl& control) { return run_photo(order, control); });
}

bool NetworkModel::take_run() {
    auto result = run_job_.take();
    // What comes late belongs to another photo or width
    if (needs_run_) return false;
    if (result) {
        retire(std::exchange(weights_, std::move(result->weights)));
        if (result->run || !weights_) retire(std::exchange(run_, std::move(result->run)));
    }
    const std::string error = run_job_.error();
    if (error.empty() || !trouble_.en.empty()) return result.has_value();
    trouble_ = kit::refusal_text(error);
    // Another network's maps would be taken for this one's
    if (weights_ && weights_->net != name_without_resolution(spec_)) retire(std::exchange(weights_, nullptr)), retire_run();
    return true;
}

bool NetworkModel::poll_run() {
    // A job is never waited for: what still runs is told to end, and the next begins when it has
    if (run_job_.is_running()) {
        if (needs_run_) run_job_.cancel();
        return false;
    }
    const bool has_changed = take_run();
    if (needs_run_) start_run();
    return has_changed;
}

bool NetworkModel::poll_times() {
    if (time_job_.is_running()) return false;
    const auto times = time_job_.take();
    const bool is_whole = times && !are_times_stale_ && times->size() == structure_.layers.size();
    for (std::size_t i = 0; is_whole && i < times->size(); ++i) structure_.layers[i].ms = (*times)[i];
    is_measured_ |= is_whole;
    if (wants_times_) {
        wants_times_ = are_times_stale_ = false;
        time_job_.start([spec = spec_](kit::JobControl& control) { return time_layers(spec, control); });
    }
    return is_whole;
}

void NetworkModel::retire(std::shared_ptr<const void> old) {
    if (old) retired_.push_back(std::move(old));
}
void NetworkModel::retire_run() { retire(std::exchange(run_, nullptr)); }

void NetworkModel::clean_up() {
    if (retired_.empty() || cleaning_job_.is_running()) return;
    cleaning_job_.start([old = std::exchange(retired_, {})](kit::JobControl&) mutable {
        old.clear();
        return 0;
    });
}

bool NetworkModel::poll() {
    clean_up();
    const bool has_new_run = poll_run();
    return poll_times() || has_new_run;
}

Tensor NetworkModel::kernel_of(const std::string& layer, int channel) const {
    const PhotoRun* run = photo_run();
    const auto found = std::ranges::find(structure_.layers, layer, &LayerView::name);
    if (run == nullptr || found == structure_.layers.end()) return {};
    const Node& node = run->graph.node(run->structure.layers[static_cast<std::size_t>(found - structure_.layers.begin())].node);
    const auto* conv = std::get_if<Conv2dNode>(&node.operation);
    if (conv == nullptr) return {};
    const Tensor& all = run->weights->values.at(conv->weight);
    if (channel >= all.shape().n) return {};
    Tensor own(Shape(1, all.shape().c, all.shape().h, all.shape().w));
    std::copy_n(all.data() + static_cast<std::size_t>(channel) * own.count(), own.count(), own.data());
    return own;
}

void NetworkModel::measure() {
    wants_times_ = true;
    time_job_.cancel();
}

void NetworkModel::cancel_measuring() {
    wants_times_ = false;
    are_times_stale_ = true;
    time_job_.cancel();
}

}  // namespace convbook::app
