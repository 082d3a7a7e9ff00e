// The two blocks of chapter 11: their layers, counted by the library, the bytes alive at each step, and the inverted one run for real,
// whole and row by row.
#include <algorithm>

#include "convbook/ops.h"
#include "lesson.h"

namespace convbook::ch11 {
namespace {

/// The convolutions among the nodes of a graph that holds one block, with the batch norm behind each.
void count_stages(const Graph& graph, const std::vector<std::string>& names, Block& block) {
    const NetCost cost = count_cost(graph);
    for (std::size_t i = 1; i < graph.nodes().size(); ++i) {
        if (!std::holds_alternative<Conv2dNode>(graph.nodes()[i].operation)) continue;
        const Shape& out = graph.nodes()[i].out;
        block.stages.push_back({names[block.stages.size()], out.c, out.h, cost.layers[i].macs, cost.layers[i].params});
    }
    block.macs = cost.macs;
    block.params = cost.params;
}

Block start_block(const Params& p, int channels) {
    Block block;
    block.input = {"input", channels, p.h, 0, 0};
    block.has_shortcut = has_shortcut({.cin = p.cin, .cout = p.cout, .stride = p.s});
    return block;
}

std::int64_t row_bytes(const Stage& stage, int rows) { return 4LL * stage.channels * stage.size * rows; }

}  // namespace

std::int64_t Block::peak() const {
    std::int64_t most = 0;
    for (std::size_t i = 0; i + 1 < alive.size(); ++i) most = std::max(most, alive[i].total());
    return most;
}

Block inverted_block(const Params& p) {
    Block block = start_block(p, p.cin);
    Graph graph("block", Shape(1, p.cin, p.h, p.h));
    append_inverted_residual(graph, 0, "block", {.cin = p.cin, .cout = p.cout, .stride = p.s, .t = p.t});
    std::vector<std::string> names{"expand", "depthwise", "project"};
    if (p.t == 1) names.erase(names.begin());
    count_stages(graph, names, block);
    const Stage& x = block.input;
    const Stage& filtered = block.stages[block.stages.size() - 2];
    const Stage& y = block.stages.back();
    const std::int64_t kept = block.has_shortcut ? x.bytes() : 0;
    if (p.t == 1) {  // the depthwise layer reads the input itself
        block.alive = {{"depthwise", x.bytes(), 0, filtered.bytes(), 0}, {"project", kept, 0, filtered.bytes(), y.bytes()}};
        block.alive.push_back({"rows", x.bytes(), 0, row_bytes(filtered, 1), y.bytes()});
        return block;
    }
    const Stage& expanded = block.stages.front();
    block.alive = {{"expand", x.bytes(), expanded.bytes(), 0, 0},
                   {"depthwise", kept, expanded.bytes(), filtered.bytes(), 0},
                   {"project", kept, 0, filtered.bytes(), y.bytes()},
                   {"rows", x.bytes(), row_bytes(expanded, 3), row_bytes(filtered, 1), y.bytes()}};
    return block;
}

Block residual_block(const Params& p) {
    const int wide_out = p.t * p.cout;
    Block block = start_block(p, p.wide());
    Graph graph("block", Shape(1, p.wide(), p.h, p.h));
    int last = append_conv_block(graph, 0, "block.conv.0", {.cout = p.cin, .k = 1, .activation = Activation::relu});
    last = append_conv_block(graph, last, "block.conv.1", {.cout = p.cout, .k = 3, .stride = p.s, .activation = Activation::relu});
    append_conv_block(graph, last, "block.conv.2", {.cout = wide_out, .k = 1, .activation = Activation::identity});
    count_stages(graph, {"reduce", "conv", "expand"}, block);
    const Stage& x = block.input;
    const std::int64_t kept = block.has_shortcut ? x.bytes() : 0;
    const Stage &reduced = block.stages[0], &filtered = block.stages[1], &y = block.stages[2];
    block.alive = {{"reduce", x.bytes(), reduced.bytes(), 0, 0},
                   {"conv", kept, reduced.bytes(), filtered.bytes(), 0},
                   {"expand", kept, 0, filtered.bytes(), y.bytes()},
                   {"rows", x.bytes(), row_bytes(reduced, 3), row_bytes(filtered, 1), y.bytes()}};
    return block;
}

BlockWeights random_weights(const Params& p, std::uint64_t seed) {
    Random random(seed);
    const auto layer = [&random](Shape shape) { return random.uniform_tensor(shape, -1, 1); };
    return {p.t == 1 ? Tensor() : layer({p.wide(), p.cin, 1, 1}), layer({p.wide(), 1, 3, 3}), layer({p.cout, p.wide(), 1, 1})};
}

namespace {

bool shortcut_exists(const Params& p) { return has_shortcut({.cin = p.cin, .cout = p.cout, .stride = p.s}); }

/// Nothing to expand at t = 1: the depthwise layer reads the input itself.
Tensor expand(const BlockWeights& w, TensorView in) { return w.expand.is_empty() ? Tensor(in) : relu6(pointwise_conv2d(in, w.expand)); }

}  // namespace

Tensor run_whole(const Params& p, const BlockWeights& w, TensorView in) {
    const ConvParams window{.stride = p.s, .padding = 1};
    const Tensor expanded = expand(w, in);
    const Tensor filtered = relu6(depthwise_conv2d(expanded, w.depthwise, {}, window));
    const Tensor projected = pointwise_conv2d(filtered, w.project);
    return shortcut_exists(p) ? add(projected, in) : projected;
}

namespace {

/// Row y of every channel as a tensor of one row.
Tensor take_row(TensorView in, int y) {
    Tensor row(Shape(1, in.shape.c, 1, in.shape.w));
    for (int c = 0; c < in.shape.c; ++c) std::copy_n(in.data + in.shape.offset(0, c, y, 0), in.shape.w, &row(0, c, 0, 0));
    return row;
}

void put_row(const Tensor& row, Tensor& out, int y) {
    for (int c = 0; c < row.shape().c; ++c) std::copy_n(row.data() + row.shape().offset(0, c, 0, 0), row.shape().w, &out(0, c, y, 0));
}

/// The three rows of the expanded tensor that one filtered row needs; each is expanded once and then moves up.
class ExpandedRows {
public:
    ExpandedRows(const Params& p, const BlockWeights& w, TensorView in) : weights_(w), in_(in), rows_(Shape(1, p.wide(), 3, in.shape.w)) {}
    /// The rows first, first + 1, first + 2 of the expanded tensor; zeros outside it.
    const Tensor& at(int first) {
        while (first_ < first) {
            for (int c = 0; c < rows_.shape().c; ++c) std::copy_n(&rows_(0, c, 1, 0), 2 * rows_.shape().w, &rows_(0, c, 0, 0));
            ++first_;
            const int y = first_ + 2;
            const bool is_inside = y >= 0 && y < in_.shape.h;
            put_row(is_inside ? expand(weights_, take_row(in_, y)) : Tensor(Shape(1, rows_.shape().c, 1, rows_.shape().w)), rows_, 2);
        }
        return rows_;
    }
    std::int64_t bytes() const { return static_cast<std::int64_t>(rows_.count() * sizeof(float)); }

private:
    const BlockWeights& weights_;
    TensorView in_;
    Tensor rows_;
    int first_ = -4;  // nothing but zeros yet; row -1 is the padding above the picture
};

}  // namespace

Tensor run_by_rows(const Params& p, const BlockWeights& w, TensorView in, std::int64_t* peak_bytes) {
    Tensor out(Shape(1, p.cout, p.out_h(), p.out_h()));
    ExpandedRows expanded(p, w, in);
    const bool has = shortcut_exists(p);
    for (int y = 0; y < p.out_h(); ++y) {
        // Filter three rows into one: padding only at the left and the right, the rows above and below are already there
        ConvParams sides{.stride = p.s};
        sides.padding.left = sides.padding.right = 1;
        const Tensor filtered = relu6(depthwise_conv2d(expanded.at(y * p.s - 1), w.depthwise, {}, sides));
        // Project it and add the input's own row
        const Tensor projected = pointwise_conv2d(filtered, w.project);
        put_row(has ? add(projected, take_row(in, y)) : projected, out, y);
        if (peak_bytes != nullptr && y == 0)
            *peak_bytes = static_cast<std::int64_t>((in.count() + filtered.count() + out.count()) * sizeof(float)) + expanded.bytes();
    }
    return out;
}

}  // namespace convbook::ch11
