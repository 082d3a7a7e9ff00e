// Chooses places and stages, layer by layer. What decides: a convolution is free to put its outputs anywhere, so it takes the places of its addend;
// element-wise stages need both sides in the same places; dense convolutions and linear layers need one stretch. A copy mends what does not fit.
#include "engine/blocked_program.h"

#include "engine/passes.h"

namespace convbook::engine {
namespace {

class Blocker {
public:
    Blocker(const Program& program, const BlockedTable& table, const BlockOptions& options) : program_(program), table_(table), options_(options), values_(program.layers.size()) {}

    BlockedProgram run() {
        image_ = {image_shape(program_.layer(0).out), {}, {}};
        for (int i = 1; i <= program_.last(); ++i) {
            if (!program_.layer(i).is_gone) values_[static_cast<std::size_t>(i)] = std::visit(Visitor{*this, program_.layer(i)}, program_.layer(i).operation);
        }
        result_.result = program_.last() == 0 ? blocked_image() : value(program_.last());
        return std::move(result_);
    }

private:
    /// Hands a layer to the member for its kind.
    struct Visitor {
        Blocker& blocker;
        const Layer& layer;
        template <class Node>
        BlockedValue operator()(const Node& node) const { return blocker.place(layer, node); }
    };

    // ---- Values ----

    /// A vector of features is an image of one pixel.
    static Shape image_shape(const Shape& shape) { return shape.rank == 2 ? Shape(1, shape.w, 1, 1) : Shape(1, shape.c, shape.h, shape.w); }
    BlockedValue new_value(const Shape& shape, ChannelOrder order) {
        result_.buffers.push_back({static_cast<int>(order.size()) / table_.lanes, shape.h, shape.w});
        return whole_buffer(static_cast<int>(result_.buffers.size()) - 1, shape, std::move(order), table_.lanes);
    }
    BlockedValue new_dense(const Layer& layer) {
        const Shape shape = image_shape(layer.out);
        return new_value(shape, kernels::dense_order(shape.c, table_.lanes));
    }
    const BlockedValue& value(int layer) { return layer == 0 ? blocked_image() : values_[static_cast<std::size_t>(layer)]; }
    const BlockedValue* optional(int layer) { return layer < 0 ? nullptr : &value(layer); }
    /// The image in blocks, made when somebody asks first.
    const BlockedValue& blocked_image() {
        if (values_[0].blocks.empty()) {
            values_[0] = new_value(image_.shape, kernels::dense_order(image_.shape.c, table_.lanes));
            result_.stages.push_back(image_stage(program_.layer(0), values_[0], table_));
        }
        return values_[0];
    }
    BlockedValue add_stage(StagePtr stage) {
        result_.stages.push_back(std::move(stage));
        return result_.stages.back()->out();
    }
    BlockedValue copied(const Layer& layer, const BlockedValue& from, ChannelOrder order) { return add_stage(copy_stage(layer, from, new_value(from.shape, std::move(order)), table_)); }
    BlockedValue one_stretch(const Layer& layer, const BlockedValue& from) { return is_one_stretch(from) && !has_gaps(from.order) ? from : copied(layer, from, kernels::dense_order(from.shape.c, table_.lanes)); }
    BlockedValue in_order(const Layer& layer, const BlockedValue& from, const ChannelOrder& order) { return from.order == order ? from : copied(layer, from, order); }

    BlockedValue planar(const Layer& layer) {
        std::vector<BlockedValue> inputs;
        for (const int input : layer.inputs) inputs.push_back(input == 0 ? image_ : value(input));
        const BlockedValue *gate = optional(layer.gate), *addend = optional(layer.addend);
        return add_stage(planar_stage(layer, std::move(inputs), gate, addend, new_dense(layer), table_));
    }

    // ---- Kinds of layers ----

    BlockedValue place(const Layer& layer, const Conv2dNode& conv) {
        if (conv.params.mode != PaddingMode::zeros) return planar(layer);
        const Shape in = image_shape(program_.layer(layer.inputs[0]).out), out = image_shape(layer.out);
        const Window window = window_of(conv.params, in, layer.weight.shape);
        if (is_depthwise(program_, layer)) return place_depthwise(layer, window);
        // Outputs stand where the addend's channels do, if they may
        const BlockedValue* addend = optional(layer.addend);
        ChannelOrder order = is_plain_pointwise(layer) ? kernels::output_order(out.c, conv.params.groups, table_.lanes) : kernels::dense_order(out.c, table_.lanes);
        BlockedValue moved;
        if (addend && is_plain_pointwise(layer) && !kernels::keeps_groups_apart(addend->order, out.c / conv.params.groups, table_.lanes)) moved = copied(layer, *addend, order), addend = &moved;
        if (addend) order = addend->order;
        if (is_plain_pointwise(layer) && in.h * in.w == 1 && conv.params.groups == 1 && !addend && layer.gate < 0)
            return add_stage(linear_stage(layer, one_stretch(layer, value(layer.inputs[0])), new_value(out, order), table_));
        if (is_plain_pointwise(layer)) return place_pointwise(layer, conv.params.groups, value(layer.inputs[0]), new_value(out, order), addend);
        const bool reads_planes = layer.inputs[0] == 0 && conv.params.groups == 1;
        const BlockedValue from = reads_planes ? image_ : one_stretch(layer, value(layer.inputs[0]));
        if (options_.uses_winograd && !reads_planes && winograd_pays(window, conv.params.groups, out))
            return add_stage(winograd_stage(layer, window, from, new_value(out, order), addend, table_, options_.cache_bytes));
        return add_stage(conv_stage(layer, window, from, new_value(out, order), addend, table_));
    }
    BlockedValue place_pointwise(const Layer& layer, int groups, BlockedValue in, BlockedValue out, const BlockedValue* addend) {
        if (options_.uses_strassen && groups == 1 && !addend && layer.gate < 0 && strassen_pays(in, out))
            return add_stage(strassen_stage(layer, std::move(in), std::move(out), table_, options_.cache_bytes));
        return add_stage(pointwise_stage(layer, std::move(in), std::move(out), addend, optional(layer.gate), table_));
    }
    /// Multiple j of every channel stands in a copy of the input's blocks.
    BlockedValue place_depthwise(const Layer& layer, const Window& window) {
        const BlockedValue from = value(layer.inputs[0]);
        const Shape out = image_shape(layer.out);
        const int multiplier = out.c / from.shape.c;
        ChannelOrder order;
        for (int j = 0; j < multiplier; ++j)
        for (const int channel : from.order) order.push_back(channel < 0 ? -1 : channel * multiplier + j);
        return add_stage(depthwise_stage(layer, window, from, new_value(out, std::move(order)), table_));
    }
    BlockedValue place(const Layer& layer, const BatchNormNode&) {
        const BlockedValue from = value(layer.inputs[0]);
        return add_stage(depthwise_stage(layer, Window{.height = from.shape.h}, from, new_value(from.shape, from.order), table_));
    }
    BlockedValue place(const Layer& layer, const ActivationNode& node) {
        if (!is_epilogue(node.activation)) return planar(layer);
        Layer finish = layer;
        finish.activation = node.activation;
        const BlockedValue from = value(layer.inputs[0]);
        return add_stage(map_stage(finish, from, new_value(from.shape, from.order), nullptr, nullptr, table_));
    }
    BlockedValue place(const Layer& layer, const AddNode&) {
        const BlockedValue from = value(layer.inputs[0]), other = in_order(layer, value(layer.inputs[1]), from.order);
        return add_stage(map_stage(layer, from, new_value(from.shape, from.order), nullptr, &other, table_));
    }
    BlockedValue place(const Layer& layer, const ScaleChannelsNode&) {
        const BlockedValue from = value(layer.inputs[0]), gate = in_order(layer, value(layer.inputs[1]), from.order);
        return add_stage(map_stage(layer, from, new_value(from.shape, from.order), &gate, nullptr, table_));
    }
    BlockedValue place_pool(const Layer& layer) {
        const BlockedValue from = value(layer.inputs[0]);
        return add_stage(pool_stage(layer, from, new_value(image_shape(layer.out), from.order), table_));
    }
    BlockedValue place(const Layer& layer, const MaxPoolNode& pool) { return pool.params.dilation == Pair(1) ? place_pool(layer) : planar(layer); }
    BlockedValue place(const Layer& layer, const AvgPoolNode&) { return place_pool(layer); }
    BlockedValue place(const Layer& layer, const AdaptiveAvgPoolNode& pool) {
        if (!(pool.output == Pair(1))) return planar(layer);
        const BlockedValue from = value(layer.inputs[0]);
        return add_stage(mean_stage(layer, from, new_value(image_shape(layer.out), from.order), table_));
    }
    BlockedValue place(const Layer& layer, const LinearNode&) { return add_stage(linear_stage(layer, one_stretch(layer, value(layer.inputs[0])), new_dense(layer), table_)); }
    BlockedValue place(const Layer& layer, const FlattenNode&) { return planar(layer); }

    // ---- Changes of the channels' order ----

    BlockedValue view(const Layer& layer, BlockedValue seen) { return options_.indexes_channels ? seen : copied(layer, seen, kernels::dense_order(seen.shape.c, table_.lanes)); }
    BlockedValue place(const Layer& layer, const ShuffleNode& shuffle) { return view(layer, shuffled(value(layer.inputs[0]), shuffle.groups)); }
    BlockedValue place(const Layer& layer, const SliceNode& slice) { return view(layer, sliced(value(layer.inputs[0]), slice.first, slice.count, table_.lanes)); }
    BlockedValue place(const Layer& layer, const ConcatNode&) {
        std::vector<const BlockedValue*> parts;
        for (const int input : layer.inputs) parts.push_back(&value(input));
        return view(layer, concatenated(parts));
    }

    // Never in a program
    BlockedValue place(const Layer& layer, const InputNode&) { return planar(layer); }
    BlockedValue place(const Layer& layer, const DropoutNode&) { return planar(layer); }

    const Program& program_;
    const BlockedTable& table_;
    BlockOptions options_;
    BlockedValue image_;                ///< without blocks: the planes that the caller gives
    std::vector<BlockedValue> values_;  ///< by layer
    BlockedProgram result_;
};

}  // namespace

BlockedProgram block_channels(const Program& program, const BlockedTable& table, const BlockOptions& options) { return Blocker(program, table, options).run(); }

}  // namespace convbook::engine
