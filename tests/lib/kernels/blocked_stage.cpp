// How a planar convolution becomes jobs of the blocked kernels, as a plan would make them: packed weights, row pointers, one call a run or block.
#include "lib/kernels/blocked_stage.h"

#include <algorithm>

#include "kernels/packing.h"

namespace convbook::test {
namespace {

using kernels::BlockedTable;
using Side = Guarded::Side;

std::size_t size(int a, int b = 1, int c = 1) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c); }
int blocks_of(int channels, int lanes) { return (channels + lanes - 1) / lanes; }

struct Fenced : Guarded {
    Fenced(const Floats& values, Side side) : Guarded(values.size(), side) { std::copy(values.begin(), values.end(), begin()); }
    Fenced(const Tensor& values, Side side) : Fenced(Floats(values.values().begin(), values.values().end()), side) {}
    float* get() { return count() ? data() : nullptr; }
};

/// The rows of one block that a depthwise or pooling job reads; `outside` stands above and below the image.
std::vector<const float*> rows_of(const kernels::ConvDims& d, const float* block, const float* outside, int lanes) {
    std::vector<const float*> rows;
    for (int r = 0; r < (d.oh - 1) * d.stride_h + (d.kh - 1) * d.dilation_h + 1; ++r) {
        const int y = r - d.pad_top;
        rows.push_back(y >= 0 && y < d.h ? block + size(y, d.w, lanes) : outside);
    }
    return rows;
}

/// Planes [channel][pixel] as blocks, each channel in its place.
Floats in_places(const Floats& planar, const kernels::ChannelOrder& order, int pixels, int lanes) {
    Floats blocked(order.size() * size(pixels));
    for (std::size_t place = 0; place < order.size(); ++place)
    for (int p = 0; p < pixels && order[place] >= 0; ++p)
        blocked[(place / size(lanes) * size(pixels) + size(p)) * size(lanes) + place % size(lanes)] = planar[size(order[place], pixels) + size(p)];
    return blocked;
}

Floats from_places(const Floats& blocked, const kernels::ChannelOrder& order, int channels, int pixels, int lanes) {
    Floats planar(size(channels, pixels));
    for (std::size_t place = 0; place < order.size(); ++place)
    for (int p = 0; p < pixels && order[place] >= 0; ++p)
        planar[size(order[place], pixels) + size(p)] = blocked[(place / size(lanes) * size(pixels) + size(p)) * size(lanes) + place % size(lanes)];
    return planar;
}

/// Where each block begins.
std::vector<float*> blocks_at(float* base, int blocks, int stride) {
    std::vector<float*> at;
    for (int block = 0; block < blocks; ++block) at.push_back(base + static_cast<std::ptrdiff_t>(block) * stride);
    return at;
}

/// The places of a dense blocked array as addresses.
std::vector<kernels::ChannelRun> channel_runs(const std::vector<kernels::PlaceRun>& places, const float* base, int pixels, int lanes) {
    std::vector<kernels::ChannelRun> runs;
    for (const kernels::PlaceRun& run : places) runs.push_back({base + size(run.first / lanes, pixels, lanes) + run.first % lanes, run.count});
    return runs;
}

}  // namespace

Floats to_blocked(const Floats& planar, int channels, int pixels, int lanes) { return in_places(planar, kernels::dense_order(channels, lanes), pixels, lanes); }
Floats to_planar(const Floats& blocked, int channels, int pixels, int lanes) { return from_places(blocked, kernels::dense_order(channels, lanes), channels, pixels, lanes); }

Floats run_pointwise(const BlockedTable& table, const PlanarConv& conv, Side side) {
    const kernels::ConvDims& d = conv.d;
    const int pixels = d.h * d.w, lanes = table.lanes;
    const kernels::ChannelOrder order = kernels::output_order(d.cout, d.groups, lanes);
    const int blocks = static_cast<int>(order.size()) / lanes;
    Fenced in(to_blocked(conv.in, d.cin, pixels, lanes), side), bias(kernels::pack_channels(conv.bias.data(), order), side);
    Fenced residual(conv.residual.empty() ? Floats() : in_places(conv.residual, order, pixels, lanes), side);
    Guarded out(size(blocks, pixels, lanes), side);
    const auto out_blocks = blocks_at(out.data(), blocks, pixels * lanes), residual_blocks = blocks_at(residual.get(), blocks, pixels * lanes);
    for (const kernels::PointwiseRun& run : kernels::pack_pointwise(conv.w.data(), d.cin, d.cout, d.groups, kernels::dense_order(d.cin, lanes), order, table)) {
        Fenced w(run.w.tensor(), side);
        const std::vector<kernels::ChannelRun> channels = channel_runs(run.in, in.data(), pixels, lanes);
        // In two strips of pixels, as a tiled plan calls it
        for (const auto& [begin, end] : {std::pair(0, pixels / 3), std::pair(pixels / 3, pixels)}) {
            table.blocked_pointwise({run.size, channels.data(), static_cast<int>(channels.size()), begin * lanes, w.data(), bias.data() + run.first_block * lanes,
                                     residual.get() ? residual_blocks.data() + run.first_block : nullptr, out_blocks.data() + run.first_block, begin * lanes, end - begin,
                                     conv.epilogue});
        }
    }
    return from_places(Floats(out.begin(), out.end()), order, d.cout, pixels, lanes);
}

Floats run_depthwise(const BlockedTable& table, const PlanarConv& conv, Side side) {
    const kernels::ConvDims& d = conv.d;
    const int lanes = table.lanes;
    Fenced in(to_blocked(conv.in, d.cin, d.h * d.w, lanes), side), bias(kernels::pack_channels(conv.bias.data(), kernels::dense_order(d.cout, lanes)), side);
    Fenced w(kernels::pack_depthwise(conv.w.data(), d.kh * d.kw, kernels::dense_order(d.cout, lanes), lanes).tensor(), side), zeros(Floats(size(d.w, lanes)), side);
    Guarded out(size(blocks_of(d.cout, lanes) * d.oh, d.ow, lanes), side);
    for (int block = 0; block < blocks_of(d.cout, lanes); ++block) {
        const auto rows = rows_of(d, in.data() + size(block * d.h, d.w, lanes), zeros.data(), lanes);
        table.blocked_depthwise({rows.data(), d.kh, d.kw, d.stride_h, d.stride_w, d.dilation_h, d.dilation_w, d.pad_left, d.w, w.data() + size(block * d.kh, d.kw, lanes),
                                 bias.data() + block * lanes, out.data() + size(block * d.oh, d.ow, lanes), d.ow * lanes, d.oh, d.ow, conv.epilogue});
    }
    return to_planar(Floats(out.begin(), out.end()), d.cout, d.oh * d.ow, lanes);
}

Floats run_conv(const BlockedTable& table, const PlanarConv& conv, bool is_planar, Side side) {
    const kernels::ConvDims& d = conv.d;
    const int lanes = table.lanes, blocks = blocks_of(d.cout, lanes);
    const kernels::ChannelOrder order = kernels::dense_order(d.cout, lanes), in_order = is_planar ? kernels::dense_order(d.cin, 1) : kernels::dense_order(d.cin, lanes);
    Fenced in(is_planar ? conv.in : to_blocked(conv.in, d.cin, d.h * d.w, lanes), side), bias(kernels::pack_channels(conv.bias.data(), order), side);
    Fenced residual(conv.residual.empty() ? Floats() : to_blocked(conv.residual, d.cout, d.oh * d.ow, lanes), side);
    Guarded out(size(blocks * d.oh, d.ow, lanes), side);
    const auto out_blocks = blocks_at(out.data(), blocks, d.oh * d.ow * lanes), residual_blocks = blocks_at(residual.get(), blocks, d.oh * d.ow * lanes);
    for (const kernels::ConvRun& run : kernels::pack_conv(conv.w.data(), d.cin, d.cout, d.kh * d.kw, d.groups, in_order, order, table)) {
        Fenced w(run.w.tensor(), side);
        // In two strips of rows
        for (const auto& [begin, end] : {std::pair(0, d.oh / 2), std::pair(d.oh / 2, d.oh)}) {
            table.blocked_conv({in.data() + size(run.first_in_block, d.h * d.w, lanes), is_planar, run.channels, d.h, d.w, d.kh, d.kw, d.stride_h, d.stride_w, d.pad_top, d.pad_left,
                                d.dilation_h, d.dilation_w, w.data(), bias.data() + run.first_block * lanes, residual.get() ? residual_blocks.data() + run.first_block : nullptr,
                                out_blocks.data() + run.first_block, static_cast<std::ptrdiff_t>(begin) * d.ow * lanes, run.blocks, d.ow, begin, end - begin, conv.epilogue});
        }
    }
    return to_planar(Floats(out.begin(), out.end()), d.cout, d.oh * d.ow, lanes);
}

Floats run_winograd(const BlockedTable& table, const PlanarConv& conv, Side side) {
    const kernels::ConvDims& d = conv.d;
    const int lanes = table.lanes, tile_rows = (d.oh + 1) / 2, tile_columns = (d.ow + 1) / 2, floats = tile_rows * tile_columns * lanes;
    const kernels::ChannelOrder in_order = kernels::dense_order(d.cin, lanes), order = kernels::dense_order(d.cout, lanes);
    const kernels::WinogradWeights packed = kernels::pack_winograd(conv.w.data(), d.cin, in_order, order, table);
    Fenced in(to_blocked(conv.in, d.cin, d.h * d.w, lanes), side), bias(kernels::pack_channels(conv.bias.data(), order), side), zeros(Floats(size(d.w, lanes)), side), w(packed.w.tensor(), side);
    Fenced residual(conv.residual.empty() ? Floats() : to_blocked(conv.residual, d.cout, d.oh * d.ow, lanes), side);
    Guarded windows(size(16 * blocks_of(d.cin, lanes), floats), side), products(size(16 * table.tile_blocks, floats), side), out(size(blocks_of(d.cout, lanes) * d.oh, d.ow, lanes), side);
    for (int block = 0; block < blocks_of(d.cin, lanes); ++block) {
        std::vector<const float*> rows;
        for (int y = -d.pad_top; y < 2 * tile_rows + 2 - d.pad_top; ++y) rows.push_back(y >= 0 && y < d.h ? in.data() + size(block * d.h + y, d.w, lanes) : zeros.data());
        table.winograd_input({rows.data(), d.pad_left, d.w, windows.data() + size(16 * block, floats), floats, tile_rows, tile_columns});
    }
    const float* at = w.data();
    for (int block = 0, blocks = 0; block < packed.size.blocks; block += blocks) {
        blocks = kernels::tile_of(packed.size.blocks - block, table.tile_blocks);
        const auto channels = channel_runs(packed.in, windows.data(), 16 * floats / lanes, lanes);
        const auto to = blocks_at(products.data(), blocks, 16 * floats);
        for (int i = 0; i < 16; ++i, at += size(blocks, lanes, d.cin))
            table.blocked_pointwise({{blocks, d.cin}, channels.data(), static_cast<int>(channels.size()), i * floats, at, nullptr, nullptr, to.data(), i * floats, floats / lanes, {}});
        for (int b = 0; b < blocks; ++b) {
            const std::size_t first = size((block + b) * d.oh, d.ow, lanes);
            // The first row and the others apart, as threads may share them
            for (const auto& [begin, end] : {std::pair(0, 1), std::pair(1, d.oh)})
                table.winograd_output({to[size(b)], floats, bias.data() + (block + b) * lanes, residual.get() ? residual.data() + first : nullptr, out.data() + first, d.ow * lanes, begin, end, d.ow, conv.epilogue});
        }
    }
    return to_planar(Floats(out.begin(), out.end()), d.cout, d.oh * d.ow, lanes);
}

Floats run_pool(const BlockedTable& table, const PlanarConv& pool, bool is_max, Side side) {
    const kernels::ConvDims& d = pool.d;
    const int lanes = table.lanes;
    Fenced in(to_blocked(pool.in, d.cin, d.h * d.w, lanes), side), scale(Floats(size(d.oh, d.ow), 1.0f / static_cast<float>(d.kh * d.kw)), side);
    Guarded columns(size(d.w, lanes), side), out(size(blocks_of(d.cin, lanes) * d.oh, d.ow, lanes), side);
    for (int block = 0; block < blocks_of(d.cin, lanes); ++block) {
        const auto rows = rows_of(d, in.data() + size(block * d.h, d.w, lanes), nullptr, lanes);
        table.blocked_pool({rows.data(), is_max, d.kh, d.kw, d.stride_h, d.stride_w, d.pad_left, d.w, scale.data(), columns.data(), out.data() + size(block * d.oh, d.ow, lanes), d.ow * lanes, d.oh, d.ow});
    }
    return to_planar(Floats(out.begin(), out.end()), d.cin, d.oh * d.ow, lanes);
}

}  // namespace convbook::test
