// `convbook bench --peers DIR`: ONNX Runtime beside the library's plans, on the same networks, in turns.
#pragma once
#include <string>

namespace convbook::cli {

struct PeersOptions {
    std::string folder;   ///< holds node_modules/onnxruntime-node and onnx/<network>.onnx
    std::string nets = "all";
    int threads = 1, rounds = 9;
    double seconds = 0.05;
    bool is_json = false, is_markdown = false;
};

/// The exit code. Throws UsageError where the folder lacks something, Error where ONNX Runtime fails.
int run_beside_peers(const PeersOptions& options);

/// What other libraries' benchmarks call a network of ours: squeezenet11 for squeezenet1_1.
std::string name_elsewhere(const std::string& net);

}  // namespace convbook::cli
