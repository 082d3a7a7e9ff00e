// The summary of a network as text: one line a layer, the totals, and the memory lines that torchsummary made known.
// Leaves out the counting itself (cost.cpp) and machine-readable forms (the program's business).
#include <algorithm>
#include <iomanip>
#include <sstream>

#include "convbook/cost.h"

namespace convbook {
namespace {

constexpr double kMegabyte = 1024.0 * 1024.0;

std::string with_commas(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (int i = static_cast<int>(digits.size()) - 3; i > (number < 0 ? 1 : 0); i -= 3) digits.insert(static_cast<std::size_t>(i), ",");
    return digits;
}

/// Columns as wide as their widest cell; the first `left` ones aligned left.
class TextTable {
public:
    TextTable(std::vector<std::string> head, std::size_t left) : left_(left), widths_(head.size()) { add(std::move(head)); }
    void add(std::vector<std::string> row) {
        for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], row[i].size());
        rows_.push_back(std::move(row));
    }
    std::string text() const {
        std::ostringstream out;
        for (std::size_t r = 0; r < rows_.size(); ++r) {
            for (std::size_t i = 0; i < rows_[r].size(); ++i)
                out << (i ? "  " : "") << (i < left_ ? std::left : std::right) << std::setw(static_cast<int>(widths_[i])) << rows_[r][i];
            out << '\n';
            if (r == 0) out << rule() << '\n';
        }
        out << rule() << '\n';
        return out.str();
    }

private:
    std::string rule() const {
        std::size_t width = 2 * (widths_.size() - 1);
        for (const std::size_t w : widths_) width += w;
        return std::string(width, '-');
    }
    std::size_t left_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<std::string>> rows_;
};

std::string by_kind(const std::map<std::string, std::int64_t>& counts) {
    std::string text;
    for (const auto& [kind, count] : counts) text += (text.empty() ? "" : ", ") + kind + " " + with_commas(count);
    return text.empty() ? "none" : text;
}

}  // namespace

MemoryEstimate estimate_memory(const Graph& graph) {
    std::int64_t outputs = 0, weights = 0;
    for (int i = 1; i <= graph.last(); ++i) outputs += static_cast<std::int64_t>(graph.node(i).out.count());
    for (const LayerCost& layer : count_cost(graph).layers) weights += layer.params;
    MemoryEstimate memory;
    memory.input_mb = static_cast<double>(graph.input_shape().count() * sizeof(float)) / kMegabyte;
    memory.forward_backward_mb = 2.0 * static_cast<double>(outputs * static_cast<std::int64_t>(sizeof(float))) / kMegabyte;
    memory.params_mb = static_cast<double>(weights * static_cast<std::int64_t>(sizeof(float))) / kMegabyte;
    memory.total_mb = memory.input_mb + memory.forward_backward_mb + memory.params_mb;
    return memory;
}

std::string summary_table(const Graph& graph, const CountingConvention& convention) {
    const NetCost cost = count_cost(graph, convention);
    const char* operations = convention.counts_flops ? "FLOPs" : "MACs";
    // One line a layer
    TextTable table({"layer", "kind", "output", "field", "params", operations}, 3);
    for (const LayerCost& layer : cost.layers) {
        const Node& node = graph.node(layer.node);
        table.add({node.name, layer.kind, to_string(node.out), with_commas(layer.receptive_field), layer.params ? with_commas(layer.params) : "",
                   layer.macs ? with_commas(layer.macs) : ""});
    }
    // Totals
    std::ostringstream out;
    out << table.text() << std::fixed << std::setprecision(2);
    out << "Total params: " << with_commas(cost.params) << "   (" << by_kind(cost.params_by_kind) << ")\n";
    out << "Total " << operations << ": " << with_commas(cost.macs) << "   (" << by_kind(cost.macs_by_kind) << ")\n";
    out << "Peak memory of activations (MB): " << static_cast<double>(cost.peak_bytes) / kMegabyte << "   at " << graph.node(cost.peak_node).name << "\n";
    out << "Depth: " << cost.depth << " convolution and linear layers on the longest path\n";
    // Memory as torchsummary estimates it
    const MemoryEstimate memory = estimate_memory(graph);
    out << "Input size (MB): " << memory.input_mb << "\nForward/backward pass size (MB): " << memory.forward_backward_mb << "\nParams size (MB): " << memory.params_mb
        << "\nEstimated Total Size (MB): " << memory.total_mb << "\n";
    return out.str();
}

}  // namespace convbook
