// The ladder of chapter 14: one layer by plain loops, by each instruction set, by the passes of a plan, each rung with one idea more. Leaves out timing (lesson_measure.cpp).
#include <algorithm>
#include <memory>
#include <thread>

#include "convbook/ops.h"
#include "lesson.h"

namespace convbook::ch14 {

const std::vector<RegisterTile>& register_tiles() {
    static const std::vector<RegisterTile> tiles{{"sse42", 4, 16, 2, 5}, {"avx2", 8, 16, 3, 4}, {"avx512", 16, 32, 4, 6}, {"neon", 4, 32, 4, 6}};
    return tiles;
}

Graph ladder_graph(const std::string& layer, int size) {
    const int channels = layer == "triple" ? 24 : layer == "dense" ? 64 : 144;
    if (size == 0) size = layer == "dense" ? 28 : 56;
    Graph graph(layer, Shape(1, channels, size, size));
    // In a row, as in a network: a plan of blocks deals the channels out once before the first and gathers them once behind the last
    int last = 0;
    for (int i = 0; i < ladder_repeats(layer); ++i) {
        const std::string name = message("layer.", i);
        if (layer == "depthwise") last = append_conv_block(graph, last, name, {.cout = 144, .k = 3, .groups = 144});
        else if (layer == "pointwise") last = append_conv_block(graph, last, name, {.cout = i % 2 == 0 ? 24 : 144, .k = 1});
        else if (layer == "dense") last = append_conv_block(graph, last, name, {.cout = 64, .k = 3, .activation = Activation::relu});
        else last = append_inverted_residual(graph, last, name, {.cin = 24, .cout = 24, .stride = 1, .t = 6});
    }
    return graph;
}

int ladder_repeats(const std::string& layer) { return layer == "triple" || layer == "dense" ? 4 : 8; }

// in [1,C,H,W]   w [O,C/G,K,K]   out [1,O,H,W]
Tensor convolve_naive(TensorView in, TensorView w) {
    const int height = in.shape.h, width = in.shape.w, k = w.shape.h, per_group = w.shape.n * w.shape.c / in.shape.c;
    Tensor out(Shape(1, w.shape.n, height, width));
    for (int o = 0; o < w.shape.n; ++o)
    for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
        const int first = o / per_group * w.shape.c;  // channel of the group
        float sum = 0;
        for (int c = 0; c < w.shape.c; ++c)
        for (int i = 0; i < k; ++i)
        for (int j = 0; j < k; ++j) {
            const int row = y + i - k / 2, column = x + j - k / 2;
            if (row >= 0 && row < height && column >= 0 && column < width) sum += in(0, first + c, row, column) * w(o, c, i, j);
        }
        out(0, o, y, x) = sum;
    }
    return out;
}

Tensor convolve_hoisted(TensorView in, TensorView w) {
    const int height = in.shape.h, width = in.shape.w, k = w.shape.h, per_group = w.shape.n * w.shape.c / in.shape.c;
    Tensor out(Shape(1, w.shape.n, height, width));
    for (int o = 0; o < w.shape.n; ++o)
    for (int c = 0; c < w.shape.c; ++c)
    for (int i = 0; i < k; ++i)
    for (int j = 0; j < k; ++j) {
        const int down = i - k / 2, right = j - k / 2, channel = o / per_group * w.shape.c + c;
        const int first = std::max(0, -right), last = std::min(width, width - right);
        const float weight = w(o, c, i, j);
        for (int y = std::max(0, -down); y < std::min(height, height - down); ++y) {
            const float* from = in.data + in.shape.offset(0, channel, y + down, 0) + right;
            float* to = &out(0, o, y, 0);
            for (int x = first; x < last; ++x) to[x] += from[x] * weight;
        }
    }
    return out;
}

namespace {

/// The graph node by node, its convolutions by one of the loops above.
Tensor run_by_loops(const Graph& graph, const Weights& weights, TensorView in, bool is_hoisted) {
    std::vector<Tensor> values(graph.nodes().size());
    const auto view = [&](int i) { return i == 0 ? in : TensorView(values[static_cast<std::size_t>(i)]); };
    for (int i = 1; i <= graph.last(); ++i) {
        const Node& node = graph.node(i);
        const TensorView x = view(node.inputs[0]);
        Tensor& out = values[static_cast<std::size_t>(i)];
        if (const auto* conv = std::get_if<Conv2dNode>(&node.operation)) out = is_hoisted ? convolve_hoisted(x, weights.at(conv->weight)) : convolve_naive(x, weights.at(conv->weight));
        else if (const auto* norm = std::get_if<BatchNormNode>(&node.operation))
            out = batch_norm(x, weights.at(norm->mean), weights.at(norm->var), weights.at(norm->weight), weights.at(norm->bias), norm->params);
        else if (const auto* activation = std::get_if<ActivationNode>(&node.operation)) out = activate(x, activation->activation);
        else out = add(x, view(node.inputs[1]));
    }
    return std::move(values.back());
}

/// While alive, another backend is active.
class Forced {
public:
    explicit Forced(const std::string& backend) : before_(active_backend_name()) { if (!backend.empty()) force_backend(backend); }
    ~Forced() { force_backend(before_); }
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;

private:
    std::string before_;
};

std::vector<Pass> all_passes() {
    std::vector<Pass> passes;
    for (const PassInfo& info : list_passes()) passes.push_back(info.pass);
    return passes;
}

Text instruction_set_title(const std::string& name) {
    const std::string shown = name == "sse42" ? "SSE4.2" : name == "avx2" ? "AVX2" : name == "avx512" ? "AVX-512" : "NEON";
    return {shown, shown};
}

/// The backends that work here, slowest first, up to the one in use; asked once, because a rung that is measured in the background forces others meanwhile.
const std::vector<BackendInfo>& instruction_sets() {
    static const std::vector<BackendInfo> sets = [] {
        std::vector<BackendInfo> list;
        bool is_reached = false;
        for (const BackendInfo& info : list_backends()) {
            is_reached = is_reached || info.name == active_backend_name();
            if (is_reached && info.is_compiled && info.is_supported && info.name != "reference") list.push_back(info);
        }
        std::ranges::reverse(list);
        return list;
    }();
    return sets;
}

/// Whether leaving the pass out would change the plan of this ladder's layer.
bool matters(Pass pass, const std::string& layer) {
    if (pass == Pass::fuse_additions || pass == Pass::stream_rows) return layer == "triple";
    if (pass == Pass::winograd) return layer == "dense";
    return pass != Pass::index_channels && pass != Pass::gate_weights && pass != Pass::strassen;
}

void add_passes(std::vector<Rung>& rungs, const std::function<bool(Pass)>& is_wanted) {
    std::vector<Pass> without = all_passes();
    for (const PassInfo& info : list_passes()) {
        std::erase(without, info.pass);
        if (!is_wanted(info.pass)) continue;
        Rung rung = describe_pass(info);
        rung.without = without;
        rungs.push_back(std::move(rung));
    }
    if (std::thread::hardware_concurrency() < 2) return;
    rungs.push_back({.name = "2_threads", .title = {"two threads", "两个线程"}, .idea = {"each takes half of the rows or of the channels", "各做一半的行或一半的通道"}, .threads = 2});
}

}  // namespace

Rung describe_pass(const PassInfo& info) {
    const auto rung = [&](Text title, Text idea) { return Rung{.name = info.name, .title = std::move(title), .idea = std::move(idea)}; };
    switch (info.pass) {
        case Pass::fold_batch_norms: return rung({"batch norm folded", "折叠批归一化"}, {"it becomes part of weights and bias", "并入权重和偏置"});
        case Pass::block_channels: return rung({"channels in blocks", "通道分块"}, {"a register holds the channels of one pixel", "一个寄存器装一个像素的若干通道"});
        case Pass::fuse_activations: return rung({"activation fused", "融合激活"}, {"applied while the sum is in its register", "累加和还在寄存器里就激活"});
        case Pass::fuse_additions: return rung({"addition fused", "融合加法"}, {"the shortcut is added in the register too", "捷径也在寄存器里加上"});
        case Pass::index_channels: return rung({"channels indexed", "通道索引"}, {"a shuffle moves nothing", "混洗不搬动数据"});
        case Pass::gate_weights: return rung({"gates in the weights", "门控乘进权重"}, {"few weights are multiplied, not many pixels", "乘少量权重，不乘大量像素"});
        case Pass::stream_rows: return rung({"rows streamed", "逐行流式"}, {"the wide tensor never leaves the cache", "宽张量不离开缓存"});
        case Pass::winograd: return rung({"Winograd", "Winograd"}, {"16 products for four outputs, not 36", "四个输出只用 16 次乘法，不用 36 次"});
        case Pass::strassen: return rung({"Strassen", "Strassen"}, {"seven products of half matrices, not eight", "半大的矩阵乘七次，不用八次"});
    }
    return rung({info.name, info.name}, {info.idea, info.idea});
}

std::vector<Rung> layer_rungs(const std::string& layer) {
    std::vector<Rung> rungs{{.name = "naive", .title = {"naive loops", "朴素循环"}, .idea = {"every tap asks whether it lies in the image", "每个权重都要问是否落在图内"}, .how = Rung::How::naive},
                            {.name = "hoisted", .title = {"test hoisted", "判断外提"}, .idea = {"the ends are known before the loop begins", "进循环之前就知道首尾"}, .how = Rung::How::hoisted}};
    for (const BackendInfo& info : instruction_sets())
        rungs.push_back({.name = info.name, .title = instruction_set_title(info.name),
                         .idea = {message(info.lanes, " values an instruction, sums in registers"), message("一条指令算 ", info.lanes, " 个数，累加和放在寄存器里")},
                         .backend = info.name, .without = all_passes()});
    add_passes(rungs, [&](Pass pass) { return matters(pass, layer); });
    return rungs;
}

std::vector<Rung> pass_rungs() {
    std::vector<Rung> rungs{{.name = "node_by_node", .title = {"node by node", "逐节点"}, .idea = {"every operation writes its whole output", "每个运算都写出完整的输出"}, .how = Rung::How::node_by_node}};
    add_passes(rungs, [](Pass) { return true; });
    return rungs;
}

std::function<Tensor(TensorView)> prepare(const Graph& graph, const Weights& weights, const Rung& rung) {
    if (rung.how == Rung::How::node_by_node) return [&](TensorView in) { return run(graph, weights, in); };
    if (rung.how != Rung::How::plan) return [&graph, &weights, is_hoisted = rung.how == Rung::How::hoisted](TensorView in) { return run_by_loops(graph, weights, in, is_hoisted); };
    // A plan keeps the kernels it was made with
    const Forced forced(rung.backend);
    const auto plan = std::make_shared<Plan>(graph, weights, PlanOptions{.without = rung.without, .threads = rung.threads});
    return [plan](TensorView in) { return plan->run(in); };
}

}  // namespace convbook::ch14
